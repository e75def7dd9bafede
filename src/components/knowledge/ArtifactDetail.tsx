import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import type { Artifact, Bytes, KnowledgeFetch, KnowledgeSource, SwarmError } from "../../core/index.js";
import {
  removeArtifactMutationOptions,
  shareArtifactMutationOptions,
  useKnowledge,
  useSwarm,
  useSwarmQueryClient,
} from "../../hooks/index.js";
import { CopyButton } from "../parts/CopyButton.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { Fact } from "../parts/Fact.js";
import { formatBytes } from "../parts/format.js";
import { fileNameOf, inertBlob, saveBlob } from "../parts/saveBlob.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { EntryFacts } from "./EntryFacts.js";
import { useRemoval } from "./useRemoval.js";

interface ArtifactDetailProps {
  readonly artifact: Artifact;
  readonly title: string;
  readonly sources: readonly KnowledgeSource[] | undefined;
  readonly onRemoved: () => void;
}

/** All that is known of an artifact, and what can be done about it. */
export function ArtifactDetail({ artifact, title, sources, onRemoved }: ArtifactDetailProps): ReactNode {
  return (
    <div className="ps-peer-detail">
      <Facts artifact={artifact} sources={sources} />
      <Actions artifact={artifact} title={title} onRemoved={onRemoved} />
    </div>
  );
}

function Facts({ artifact, sources }: Pick<ArtifactDetailProps, "artifact" | "sources">): ReactNode {
  const texts = useKnowledgeTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const { id, bytes, mediaType } = artifact;
  return (
    <dl className="ps-facts">
      <EntryFacts entry={artifact} sources={sources}>
        <Fact term={texts.size} name="size">
          <bdi>{formatBytes(bytes, locale, common.byteUnits)}</bdi>
        </Fact>
        <Fact term={texts.mediaType} name="media-type">
          <bdi>{mediaType ?? common.unknown}</bdi>
        </Fact>
      </EntryFacts>
      <Fact term={texts.id} name="id">
        <code>{id}</code>
        <CopyButton text={id} label={texts.copyId} />
      </Fact>
    </dl>
  );
}

function Actions({ artifact, title, onRemoved }: Omit<ArtifactDetailProps, "sources">): ReactNode {
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const texts = useKnowledgeTexts();
  const { id, isHere, isShared, mediaType } = artifact;
  const content = useContent(artifact);
  const share = useMutation(shareArtifactMutationOptions(swarm), client);
  const remove = useMutation(removeArtifactMutationOptions(swarm), client);
  // The row may be gone before the mutation tells it, and callbacks of `mutate` with it.
  const removal = useRemoval(title, () => remove.mutateAsync(id).then(onRemoved, () => undefined));
  const save = (): void => content.get((bytes) => saveBlob(inertBlob(bytes), fileNameOf(title, mediaType)));
  const errors = [content.error, share.error, remove.error].filter((error) => error !== null);
  return (
    <div className="ps-peer-actions">
      <FetchLine id={id} title={title} onCancel={content.cancel} />
      <div className="ps-buttons">
        {!isHere && !content.isGetting && (
          <button
            type="button"
            className="ps-button"
            data-primary
            aria-label={texts.fetchArtifact(title)}
            onClick={() => content.get()}
          >
            {texts.fetch}
          </button>
        )}
        {isHere && (
          <button
            type="button"
            className="ps-button"
            aria-label={texts.saveArtifact(title)}
            disabled={content.isGetting}
            onClick={save}
          >
            {texts.save}
          </button>
        )}
        {!isShared && (
          <button
            type="button"
            className="ps-button"
            aria-label={texts.shareArtifact(title)}
            disabled={share.isPending}
            onClick={() => share.mutate(id)}
          >
            {texts.share}
          </button>
        )}
        {removal.button}
      </div>
      {removal.question}
      <div role="status">
        {share.data !== undefined && <p className="ps-feedback">{texts.sharedWith(share.data)}</p>}
        {errors.map((error) => (
          <ErrorNote key={error.code} error={error} tone="error" />
        ))}
      </div>
    </div>
  );
}

interface Content {
  readonly isGetting: boolean;
  readonly error: SwarmError | null;
  get(onSuccess?: (bytes: Bytes) => void): void;
  cancel(): void;
}

/** Gets the content when told to, and no longer than the row is there. */
function useContent({ id }: Artifact): Content {
  const swarm = useSwarm();
  const abort = useRef<AbortController>(undefined);
  const { mutate, isPending, error } = useMutation<Bytes, SwarmError, AbortSignal>(
    { mutationFn: (signal) => swarm.knowledge.get(id, { signal }), networkMode: "always", gcTime: 0 },
    useSwarmQueryClient(),
  );
  useEffect(() => () => abort.current?.abort(), []);
  return {
    isGetting: isPending,
    // Called off by hand: there is nothing to explain.
    error: error?.code === "aborted" ? null : error,
    get: (onSuccess) => {
      abort.current = new AbortController();
      mutate(abort.current.signal, { onSuccess });
    },
    cancel: () => abort.current?.abort(),
  };
}

interface FetchLineProps {
  readonly id: string;
  readonly title: string;
  readonly onCancel: () => void;
}

function FetchLine({ id, title, onCancel }: FetchLineProps): ReactNode {
  const texts = useKnowledgeTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const fetch = useKnowledge(({ fetches }): KnowledgeFetch | undefined =>
    fetches.find((candidate) => candidate.id === id),
  );
  if (fetch === undefined) return null;
  const bytes = (count: number): string => formatBytes(count, locale, common.byteUnits);
  const { doneBytes, totalBytes } = fetch;
  const progress = texts.fetchProgress(
    bytes(doneBytes),
    totalBytes === undefined ? undefined : bytes(totalBytes),
  );
  return (
    <div className="ps-fetch" data-value={doneBytes}>
      <progress
        className="ps-progress"
        aria-label={texts.progressOf(title)}
        aria-valuetext={progress}
        value={totalBytes === undefined ? undefined : doneBytes}
        max={Math.max(1, totalBytes ?? 1)}
      />
      <span>{progress}</span>
      <button type="button" className="ps-button" aria-label={texts.cancelFetch(title)} onClick={onCancel}>
        {texts.cancel}
      </button>
    </div>
  );
}
