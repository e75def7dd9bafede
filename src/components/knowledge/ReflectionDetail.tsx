import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { KnowledgeSource, Reflection } from "../../core/index.js";
import {
  integrateReflectionMutationOptions,
  removeReflectionMutationOptions,
  useSwarm,
  useSwarmQueryClient,
} from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { EntryFacts } from "./EntryFacts.js";
import { useRemoval } from "./useRemoval.js";

interface ReflectionDetailProps {
  readonly reflection: Reflection;
  readonly sources: readonly KnowledgeSource[] | undefined;
  readonly onRemoved: () => void;
}

/** What was learned, by whom, and what can be done about it. */
export function ReflectionDetail({ reflection, sources, onRemoved }: ReflectionDetailProps): ReactNode {
  const { lesson } = reflection;
  return (
    <div className="ps-peer-detail">
      {lesson !== "" && (
        <p className="ps-lesson">
          <bdi>{lesson}</bdi>
        </p>
      )}
      <dl className="ps-facts">
        <EntryFacts entry={reflection} sources={sources} />
      </dl>
      <Actions reflection={reflection} onRemoved={onRemoved} />
    </div>
  );
}

function Actions({ reflection, onRemoved }: Omit<ReflectionDetailProps, "sources">): ReactNode {
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const texts = useKnowledgeTexts();
  const { id, task, standing } = reflection;
  const integrate = useMutation(integrateReflectionMutationOptions(swarm), client);
  const remove = useMutation(removeReflectionMutationOptions(swarm), client);
  // The row may be gone before the mutation tells it, and callbacks of `mutate` with it.
  const removal = useRemoval(task, () => remove.mutateAsync(id).then(onRemoved, () => undefined));
  const errors = [integrate.error, remove.error].filter((error) => error !== null);
  return (
    <div className="ps-peer-actions">
      <div className="ps-buttons">
        {standing === "received" && (
          <button
            type="button"
            className="ps-button"
            data-primary
            aria-label={texts.integrateReflection(task)}
            disabled={integrate.isPending}
            onClick={() => integrate.mutate(id)}
          >
            {texts.integrate}
          </button>
        )}
        {removal.button}
      </div>
      {removal.question}
      <div role="status">
        {errors.map((error) => (
          <ErrorNote key={error.code} error={error} tone="error" />
        ))}
      </div>
    </div>
  );
}
