import { notifyManager, QueryClient } from "@tanstack/react-query";
import { act } from "@testing-library/react";
import { type Swarm, SwarmError, type SwarmSnapshot } from "peerswarm";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { gather } from "../node/core/support.js";

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

// Less than the least time between two publications of a part, so that none of them are shown together.
const STEP_MS = 20;

export type Part = keyof SwarmSnapshot;

/** Ada's swarm as components see it: the real one, but for parts of its snapshot that a test has changed. */
export interface Stage {
  readonly network: MemoryNetwork;
  readonly swarm: Swarm;
  readonly bob: Swarm;
  /** What Bob answers. */
  answer: number;
  readonly client: QueryClient;
  /** Shows a part otherwise from now on, as one change of the store. */
  change<P extends Part>(part: P, next: (value: SwarmSnapshot[P]) => SwarmSnapshot[P]): void;
  readonly listenerCount: number;
}

/** Two members of a room, as yet apart. */
export function createStage(): Stage & { join(): Promise<void> } {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  const shown = shownOtherwise(ada);
  return {
    network,
    bob,
    answer: 7,
    client: new QueryClient(),
    ...shown,
    get listenerCount() {
      return shown.listenerCount;
    },
    join: () => gather(network, [ada, bob]),
  };
}

function shownOtherwise(real: Swarm): Pick<Stage, "swarm" | "change" | "listenerCount"> {
  const listeners = new Set<() => void>();
  let patch = (snapshot: SwarmSnapshot): SwarmSnapshot => snapshot;
  let memo: { readonly from: SwarmSnapshot; readonly shown: SwarmSnapshot } | undefined;
  const getSnapshot = (): SwarmSnapshot => {
    const from = real.store.getSnapshot();
    if (memo?.from !== from) memo = { from, shown: patch(from) };
    return memo.shown;
  };
  const subscribe = (listener: () => void) => {
    const own = (): void => listener();
    listeners.add(own);
    const stop = real.store.subscribe(own);
    return () => {
      listeners.delete(own);
      stop();
    };
  };
  return {
    swarm: Object.create(real, { store: { value: { getSnapshot, subscribe } } }),
    change(part, next) {
      const before = patch;
      const value = next(getSnapshot()[part]);
      patch = (snapshot) => ({ ...before(snapshot), [part]: value });
      const last = getSnapshot();
      memo = { from: real.store.getSnapshot(), shown: { ...last, [part]: value } };
      act(() => {
        for (const listener of listeners) listener();
      });
    },
    get listenerCount() {
      return listeners.size;
    },
  };
}

/** Lets a while pass, and React show each step of what happens in it. */
export async function pass({ network }: Stage, ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) await act(() => network.advance(STEP_MS));
  await act(() => network.settle());
}

/** With as much of one more as matters here. */
function extended<Whole>(list: readonly Whole[], fields: Partial<Whole>): readonly Whole[] {
  return [...list, fields as Whole];
}

/** A change of each part that whoever shows the part must show. */
export const changes: { readonly [P in Part]: (part: SwarmSnapshot[P]) => SwarmSnapshot[P] } = {
  status: () => "reconnecting",
  signaling: (signaling) => ({
    ...signaling,
    isConnected: false,
    connectedAtMs: undefined,
    nextTryAtMs: 0,
    failedTries: 1,
    reason: new SwarmError("signaling-lost", { what: "The server hung up." }),
  }),
  self: (self) => ({ ...self, profile: { ...self.profile, name: "Adele", capabilities: ["chat"] } }),
  peers: (peers) => peers.map((peer) => ({ ...peer, state: "asleep" as const })),
  connecting: (connecting) => [
    ...connecting,
    { peerId: "somebody", state: "connecting", attempts: 1, lastError: undefined },
  ],
  quality: (quality) =>
    Object.fromEntries(Object.entries(quality).map(([id, link]) => [id, { ...link, queuedBytes: 7 }])),
  attempts: (attempts) => ({ ...attempts, failed: attempts.failed + 1 }),
  stats: (stats) => ({
    ...stats,
    total: { ...stats.total, messagesSent: stats.total.messagesSent + 1 },
    byType: { ...stats.byType, chat: stats.total },
  }),
  bandwidth: (bandwidth) => ({
    ...bandwidth,
    up: bandwidth.up + 1,
    endMs: bandwidth.endMs + 1000,
    series: [
      ...bandwidth.series,
      { timeMs: (bandwidth.series.at(-1)?.timeMs ?? 0) + 1000, up: bandwidth.up + 1, down: 0 },
    ],
  }),
  activity: (activity) =>
    extended(activity, { id: (activity.at(-1)?.id ?? 0) + 1, direction: "sent", type: "chat" }),
  presence: (presence) => ({ ...presence, cursor: { own: undefined, peers: { bob: { x: 1 } } } }),
  shared: (shared) => ({
    ...shared,
    topic: {
      isLoaded: true,
      values: { "": { value: "news", author: undefined, writtenAtMs: 1, isPending: false } },
    },
  }),
  witness: (witness) => ({ ...witness, records: witness.records + 1 }),
  settings: (settings) => ({ ...settings, hasSecret: !settings.hasSecret }),
  topology: (topology) => ({ ...topology, unaskedCount: topology.unaskedCount + 1 }),
  transfers: (transfers) => extended(transfers, { id: "file", doneBytes: 0 }),
  mailbox: (mailbox) => ({ ...mailbox, total: mailbox.total + 1 }),
  tasks: (tasks) => ({ ...tasks, list: extended(tasks.list, { id: "task", role: "delegated" }) }),
  consensus: ({ proposals }) => ({ proposals: extended(proposals, { id: "vote", state: "open" }) }),
  knowledge: (knowledge) => ({
    ...knowledge,
    artifactCount: knowledge.artifactCount + 1,
    reflections: extended(knowledge.reflections, { id: "lesson" }),
  }),
};
