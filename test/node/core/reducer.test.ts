import fc from "fast-check";
import { SwarmError } from "peerswarm";
import { describe, expect, it } from "vitest";
import { reduceSwarm, type SwarmAction } from "../../../src/core/store/reducer.js";
import {
  type ConnectingPeer,
  EMPTY_PROFILE,
  initialSnapshot,
  type PeerSnapshot,
  type SwarmSnapshot,
} from "../../../src/core/store/snapshot.js";
import { createStore } from "../../../src/core/store/store.js";
import { manualClock } from "../../../src/testing/manualClock.js";

const peerId = fc.constantFrom("a", "b", "c", "d");
const peerOf = (id: string, linkId = "1"): PeerSnapshot => ({
  ...({
    peerId: id,
    agentId: id,
    state: "connected",
    connectedAtMs: 1,
    restraint: undefined,
    isMuted: false,
  } as const),
  profile: EMPTY_PROFILE,
  states: [{ state: "connected", atMs: 1 }],
  roundTripMs: undefined,
  restraint: undefined,
  linkId,
});
const connectingOf = (id: string, attempts: number): ConnectingPeer => ({
  peerId: id,
  state: "connecting",
  attempts,
  lastError: undefined,
});

const action: fc.Arbitrary<SwarmAction> = fc.oneof(
  fc.record({
    type: fc.constant("status-changed" as const),
    status: fc.constantFrom("off" as const, "joining" as const, "joined" as const),
    signaling: fc.record({ failedTries: fc.nat(2), isConnected: fc.boolean() }, { requiredKeys: [] }),
  }),
  fc.record({
    type: fc.constant("self-changed" as const),
    self: fc.record({ peerId }, { requiredKeys: [] }),
  }),
  fc.record({ type: fc.constant("peer-joined" as const), peer: peerId.map((id) => peerOf(id)) }),
  fc.record({
    type: fc.constant("peer-updated" as const),
    peerId,
    change: fc.record(
      { state: fc.constantFrom("connected" as const, "asleep" as const), roundTripMs: fc.nat(2) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ type: fc.constant("peer-left" as const), peerId }),
  fc.record({
    type: fc.constant("connecting-changed" as const),
    peer: fc.tuple(peerId, fc.nat(2)).map(([id, attempts]) => connectingOf(id, attempts)),
  }),
  fc.record({ type: fc.constant("connecting-ended" as const), peerId }),
);

const start = (): SwarmSnapshot => initialSnapshot("memory", "room", EMPTY_PROFILE);

function freezeDeep<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const entry of Object.values(value)) freezeDeep(entry);
  return value;
}

describe("the reducer", () => {
  it("is pure, keeps what did not change, and returns the state itself where nothing did", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        let state = freezeDeep(start());
        for (const each of actions) {
          const next = freezeDeep(reduceSwarm(state, each));
          // Who joins again is a new peer, even where it looks like the old one.
          if (each.type === "peer-joined") {
            state = next;
            continue;
          }
          if (JSON.stringify(next) === JSON.stringify(state)) expect(next).toBe(state);
          for (const key of Object.keys(state) as (keyof SwarmSnapshot)[]) {
            if (JSON.stringify(next[key]) === JSON.stringify(state[key])) expect(next[key]).toBe(state[key]);
          }
          for (const peer of next.peers) {
            const before = state.peers.find((candidate) => candidate.peerId === peer.peerId);
            if (JSON.stringify(peer) === JSON.stringify(before)) expect(peer).toBe(before);
          }
          state = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("lists each peer once, in the order of joining", () => {
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        const state = actions.reduce(reduceSwarm, start());
        for (const list of [state.peers, state.connecting]) {
          const ids = list.map((peer) => peer.peerId);
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
    );
    const joined = ["b", "a"].map((id): SwarmAction => ({ type: "peer-joined", peer: peerOf(id) }));
    expect(joined.reduce(reduceSwarm, start()).peers.map((peer) => peer.peerId)).toEqual(["b", "a"]);
  });

  it("keeps an error as the object that it is", () => {
    const reason = new SwarmError("signaling-lost", { what: "Gone." });
    const status: SwarmAction = { type: "status-changed", status: "reconnecting", signaling: { reason } };
    const once = reduceSwarm(start(), status);
    expect(once.signaling.reason).toBe(reason);
    expect(reduceSwarm(once, status)).toBe(once);
  });
});

describe("the store", () => {
  const add = (state: number, added: number): number => state + added;

  it("tells its listeners once per task, with the last state, and only of changes", async () => {
    const store = createStore({ initial: 0, reduce: add, onListenerError: () => undefined });
    const seen: number[] = [];
    const stop = store.subscribe(() => seen.push(store.getSnapshot()));
    store.dispatch(0);
    await Promise.resolve();
    expect(seen).toEqual([]);
    for (let times = 0; times < 5; times++) store.dispatch(1);
    expect(store.getSnapshot()).toBe(5);
    expect(seen).toEqual([]);
    await Promise.resolve();
    expect(seen).toEqual([5]);
    stop();
    stop();
    store.dispatch(1);
    await Promise.resolve();
    expect(seen).toEqual([5]);
    expect(store.listenerCount).toBe(0);
  });

  it("goes on when a listener throws, subscribes or stops while it is told", async () => {
    const errors: unknown[] = [];
    const store = createStore({ initial: 0, reduce: add, onListenerError: (error) => errors.push(error) });
    const calls: string[] = [];
    store.subscribe(() => {
      throw new Error("a broken panel");
    });
    const stop = store.subscribe(() => {
      calls.push("first");
      stop();
      store.subscribe(() => calls.push("late"));
      store.dispatch(1);
    });
    store.dispatch(1);
    await Promise.resolve();
    await Promise.resolve();
    expect(calls).toEqual(["first", "late"]);
    expect(errors).toHaveLength(2);
  });

  it("counts a listener that was added twice as two", async () => {
    const store = createStore({ initial: 0, reduce: add, onListenerError: () => undefined });
    let calls = 0;
    const listener = (): void => void calls++;
    const stops = [store.subscribe(listener), store.subscribe(listener)];
    stops[0]?.();
    store.dispatch(1);
    await Promise.resolve();
    expect(calls).toBe(1);
  });

  /** Odd numbers can wait for 100 ms. */
  const pacedStore = () => {
    const clock = manualClock();
    const pace = { clock, everyMs: 100, canWait: (added: number) => added % 2 === 1 };
    const store = createStore({ initial: 0, reduce: add, onListenerError: () => undefined, pace });
    const seen: number[] = [];
    store.subscribe(() => seen.push(store.getSnapshot()));
    return { clock, store, seen };
  };

  it("tells of what can wait at once when it was quiet, and then as often as its pace", async () => {
    const { clock, store, seen } = pacedStore();
    store.dispatch(1);
    await Promise.resolve();
    expect(seen).toEqual([1]);
    for (let times = 0; times < 30; times++) {
      clock.turnTo(clock.now() + 10);
      store.dispatch(1);
      await Promise.resolve();
    }
    // What waits is in the state all the same, and what came last is told without another change.
    expect(store.getSnapshot()).toBe(31);
    expect(seen.length).toBeLessThanOrEqual(4);
    clock.turnTo(clock.now() + 100);
    expect(seen.at(-1)).toBe(31);
    expect(clock.pendingTimers).toBe(0);
  });

  it("tells of what cannot wait at once, and of all that waited with it", async () => {
    const { clock, store, seen } = pacedStore();
    store.dispatch(1);
    await Promise.resolve();
    store.dispatch(1);
    await Promise.resolve();
    expect(seen).toEqual([1]);
    store.dispatch(2);
    await Promise.resolve();
    expect(seen).toEqual([1, 4]);
    expect(clock.pendingTimers).toBe(0);
    clock.turnTo(clock.now() + 1000);
    expect(seen).toEqual([1, 4]);
  });
});
