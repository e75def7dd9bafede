import type { Query, QueryClient } from "@tanstack/react-query";
import type { Cancel, Swarm } from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** How often the room is asked again at most, however much becomes known here meanwhile. */
export const ASK_AGAIN_MS = 5000;

/** Where the reach is in a key. */
const REACH_AT = swarmKeys.knowledge("").length;

const kept = new WeakMap<QueryClient, WeakSet<Swarm>>();

/**
 * Keeps answers about knowledge true: called by each query, it invalidates them when what they tell of has changed. It
 * listens to the swarm only while one of them is shown, and is gone with the last one in the cache. So a query
 * is kept fresh however it is used: by our hooks, `useQuery`, `useSuspenseQuery`.
 */
export function keepKnowledgeFresh(swarm: Swarm, client: QueryClient): void {
  const swarms = kept.get(client) ?? new WeakSet();
  kept.set(client, swarms);
  if (swarms.has(swarm)) return;
  swarms.add(swarm);

  const cache = client.getQueryCache();
  const filters = { queryKey: swarmKeys.knowledge() };
  const isShown = (): boolean => cache.findAll(filters).some((query) => query.getObserversCount() > 0);
  const follow = follower(swarm, client);
  let stopFollowing: Cancel | undefined;
  const attend = (): void => {
    const isWanted = isShown();
    if (isWanted === (stopFollowing !== undefined)) return;
    stopFollowing?.();
    stopFollowing = isWanted ? follow() : undefined;
  };
  const stopAttending = cache.subscribe(({ type, query }) => {
    if (query.queryKey[1] !== filters.queryKey[1]) return;
    if (type === "observerAdded" || type === "observerRemoved") attend();
    if (type !== "removed" || cache.findAll(filters).length > 0) return;
    stopAttending();
    stopFollowing?.();
    swarms.delete(swarm);
  });
  attend();
}

/** What answers depend on: when it is the same, so are they. */
function factsOf({ store }: Swarm) {
  const { status, signaling, self, peers, knowledge } = store.getSnapshot();
  const { artifacts, artifactCount, reflections, reflectionCount, usedBytes } = knowledge;
  return {
    room: signaling.room,
    stay: [status === "off", signaling.room, self.agentId, self.peerId],
    peerCount: peers.length,
    known: [artifacts, artifactCount, reflections, reflectionCount, usedBytes],
  };
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.every((value, index) => Object.is(value, b[index]));

/** Compares with what was last seen, also while nobody followed, and invalidates what is no longer true. */
function follower(swarm: Swarm, client: QueryClient): () => Cancel {
  let seen = factsOf(swarm);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const invalidate = (...of: Parameters<typeof swarmKeys.knowledge>): void =>
    void client.invalidateQueries({ queryKey: swarmKeys.knowledge(...of) });

  // Each question goes to every peer, and what it finds is a change itself.
  const askAgainLater = (room: string): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      invalidate(room, "swarm");
    }, ASK_AGAIN_MS);
  };
  // Content never changes, but who has it may have come.
  const isMissing = ({ queryKey, state }: Query): boolean =>
    queryKey[REACH_AT] !== "content" || state.status === "error";
  const fetchMissing = (room: string): void =>
    void client.invalidateQueries({
      queryKey: swarmKeys.knowledge(room, "content"),
      predicate: isMissing,
    });
  const askAll = (): void =>
    void client.invalidateQueries({ queryKey: swarmKeys.knowledge(), predicate: isMissing });

  const compare = (): void => {
    const before = seen;
    const now = factsOf(swarm);
    seen = now;
    if (!isSame(before.stay, now.stay)) return askAll();
    const hasChanged = !isSame(before.known, now.known);
    if (hasChanged) invalidate(now.room, "here");
    if (hasChanged || now.peerCount > before.peerCount) {
      askAgainLater(now.room);
      fetchMissing(now.room);
    }
  };
  return () => {
    const unsubscribe = swarm.store.subscribe(compare);
    compare();
    return () => {
      unsubscribe();
      clearTimeout(timer);
      timer = undefined;
    };
  };
}
