import { keepPreviousData, mutationOptions, queryOptions } from "@tanstack/react-query";
import type {
  Artifact,
  ArtifactContent,
  ArtifactFilter,
  ArtifactId,
  Bytes,
  ImportReport,
  KnowledgeHit,
  KnowledgeUsage,
  PutOptions,
  QueryOptions,
  Swarm,
  SwarmError,
} from "../core/index.js";
import { keepKnowledgeFresh } from "./freshKnowledge.js";
import { type KnowledgeReach, swarmKeys } from "./swarmKeys.js";

/** How a query of `knowledgeQueryOptions` searches; TanStack Query brings the signal. */
export type KnowledgeQueryOptions = Omit<QueryOptions, "signal">;

/** What `putArtifactMutationOptions` puts, and how it is described. */
export interface PutArtifactVariables extends PutOptions {
  readonly content: ArtifactContent;
}

// What failed fails again until something changes here or somebody comes, and then it is asked anew. Peers and storage are
// there or not whatever the browser says of the internet.
const manners = { retry: false, networkMode: "always" } as const;

/** The key of what this agent knows in this room. */
export function knowledgeKey(swarm: Swarm, reach: KnowledgeReach, what: string, of?: unknown) {
  const { signaling, self } = swarm.store.getSnapshot();
  return swarmKeys.knowledge(signaling.room, reach, self.agentId ?? null, what, of ?? null);
}

/** Options of a query over what is known, kept fresh. */
export function knowledgeQuery<Data>(
  swarm: Swarm,
  queryKey: ReturnType<typeof knowledgeKey>,
  ask: (signal: AbortSignal) => Promise<Data>,
) {
  return queryOptions<Data, SwarmError>({
    queryKey,
    queryFn: ({ client, signal }) => {
      keepKnowledgeFresh(swarm, client);
      return ask(signal);
    },
    ...manners,
  });
}

/** Options of a mutation of what is known. */
export function knowledgeMutation<Data, Variables>(
  swarm: Swarm,
  reach: KnowledgeReach,
  what: string,
  mutationFn: (variables: Variables) => Promise<Data>,
) {
  return mutationOptions<Data, SwarmError, Variables>({
    mutationKey: knowledgeKey(swarm, reach, what),
    mutationFn,
    networkMode: "always",
  });
}

/**
 * Options of a TanStack Query query for artifacts and reflections that fit, best first: what is here together with what
 * peers answer. While it is shown it follows what becomes known here; the room is asked again every 5 s at most. The
 * last answer stays until the next one has come.
 * @example
 * const { data: hits } = useQuery(knowledgeQueryOptions(swarm, "prime sieve", { k: 5 }));
 */
export function knowledgeQueryOptions(
  swarm: Swarm,
  query: string | Float32Array,
  options: KnowledgeQueryOptions = {},
) {
  const { scope = "swarm", ...rest } = options;
  const text = typeof query === "string" ? query : Array.from(query);
  const key = knowledgeKey(swarm, scope, "query", { query: text, ...rest });
  return queryOptions<readonly KnowledgeHit[], SwarmError>({
    ...knowledgeQuery(swarm, key, (signal) => swarm.knowledge.query(query, { ...options, signal })),
    placeholderData: keepPreviousData,
  });
}

/**
 * Options of a query for the content of an artifact: from here, else from peers. Content never changes, so that it is
 * asked for once; after a failure again as soon as somebody has come or something became known. It stays in memory
 * for as long as the `QueryClient` keeps it: take `swarm.knowledge.get` for what is big and used once.
 * @example
 * const { data } = useQuery({ ...artifactQueryOptions(swarm, id), select: (bytes) => new TextDecoder().decode(bytes) });
 */
export function artifactQueryOptions(swarm: Swarm, id: ArtifactId) {
  const key = knowledgeKey(swarm, "content", "artifact", id);
  return queryOptions<Bytes, SwarmError>({
    ...knowledgeQuery(swarm, key, (signal) => swarm.knowledge.get(id, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/**
 * Options of a query for what is described here, newest last, kept fresh.
 * @example
 * const { data: notes } = useQuery(knowledgeListQueryOptions(swarm, { mediaType: "text/markdown" }));
 */
export function knowledgeListQueryOptions(swarm: Swarm, filter: ArtifactFilter = {}) {
  const key = knowledgeKey(swarm, "here", "list", filter);
  return knowledgeQuery<readonly Artifact[]>(swarm, key, () => swarm.knowledge.list(filter));
}

/**
 * Options of a query for how much is kept here, and how much of it peers have pushed; kept fresh.
 * @example
 * const { data: usage, error } = useQuery(knowledgeUsageQueryOptions(swarm));
 */
export function knowledgeUsageQueryOptions(swarm: Swarm) {
  const key = knowledgeKey(swarm, "here", "usage");
  return knowledgeQuery<KnowledgeUsage>(swarm, key, () => swarm.knowledge.usage());
}

/**
 * Options of a mutation that keeps content here.
 * @example
 * const { mutate: put } = useMutation(putArtifactMutationOptions(swarm));
 * put({ content: file, title: file.name, share: true });
 */
export function putArtifactMutationOptions(swarm: Swarm) {
  return knowledgeMutation<Artifact, PutArtifactVariables>(swarm, "here", "put", ({ content, ...options }) =>
    swarm.knowledge.put(content, options),
  );
}

/**
 * Options of a mutation that shares an artifact with everyone; its data is how many peers have confirmed it.
 * @example
 * const { mutate: share, data: count } = useMutation(shareArtifactMutationOptions(swarm));
 * return <button onClick={() => share(id)}>{count === undefined ? "Share" : `${count} peers have it`}</button>;
 */
export function shareArtifactMutationOptions(swarm: Swarm) {
  return knowledgeMutation<number, ArtifactId>(swarm, "swarm", "share", (id) => swarm.knowledge.share(id));
}

/**
 * Options of a mutation that forgets an artifact here for good; its data is whether it was here.
 * @example
 * const { mutate: remove } = useMutation(removeArtifactMutationOptions(swarm));
 * return <button onClick={() => remove(id)}>Forget</button>;
 */
export function removeArtifactMutationOptions(swarm: Swarm) {
  return knowledgeMutation<boolean, ArtifactId>(swarm, "here", "remove", (id) => swarm.knowledge.remove(id));
}

/**
 * Options of a mutation that writes everything that is kept for this agent in this room into one file. The file stays in
 * memory for as long as the `QueryClient` keeps the mutation.
 * @example
 * const { mutate: back } = useMutation({ ...exportKnowledgeMutationOptions(swarm), onSuccess: (file) => download(file) });
 * return <button onClick={() => back()}>Back up</button>;
 */
export function exportKnowledgeMutationOptions(swarm: Swarm) {
  return knowledgeMutation<Blob, void>(swarm, "here", "export", () => swarm.knowledge.export());
}

/**
 * Options of a mutation that takes what another export holds, each entry verified by itself; its data is what came of it.
 * @example
 * const { mutate: take, data: report } = useMutation(importKnowledgeMutationOptions(swarm));
 * return <button onClick={() => take(file)}>{report?.refusedCount === 0 ? "Restored" : "Restore"}</button>;
 */
export function importKnowledgeMutationOptions(swarm: Swarm) {
  return knowledgeMutation<ImportReport, Blob | Uint8Array>(swarm, "here", "import", (file) =>
    swarm.knowledge.import(file),
  );
}
