import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { KnowledgeSource, Reflection } from "../../core/index.js";
import {
  integrateReflectionMutationOptions,
  removeReflectionMutationOptions,
  useSwarm,
  useSwarmQueryClient,
} from "../../hooks/index.js";
import { AgentName } from "../parts/AgentName.js";
import { Chips } from "../parts/Chips.js";
import { CopyButton } from "../parts/CopyButton.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { Fact } from "../parts/Fact.js";
import { When } from "../parts/When.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { EntrySources } from "./EntrySources.js";
import { useRemoval } from "./useRemoval.js";

interface ReflectionDetailProps {
  readonly reflection: Reflection;
  readonly sources: readonly KnowledgeSource[] | undefined;
  readonly onRemoved: () => void;
}

/** What was learned, by whom, and what can be done about it. */
export function ReflectionDetail({ reflection, sources, onRemoved }: ReflectionDetailProps): ReactNode {
  const texts = useKnowledgeTexts();
  const { author, lesson, tags, writtenAtMs } = reflection;
  return (
    <div className="ps-peer-detail">
      {lesson !== "" && (
        <p className="ps-lesson">
          <bdi>{lesson}</bdi>
        </p>
      )}
      <dl className="ps-facts">
        <Fact term={texts.author} name="author">
          <AgentName agentId={author} />
          <CopyButton text={author} label={texts.copyAuthor} />
        </Fact>
        <EntrySources sources={sources} />
        <Fact term={texts.written} name="written">
          <When atMs={writtenAtMs} isWhole />
        </Fact>
        {tags.length > 0 && (
          <Fact term={texts.tags} name="tags">
            <span className="ps-chips">
              <Chips words={tags} />
            </span>
          </Fact>
        )}
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
