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
  it("tells its listeners once per task, with the last state, and only of changes", async () => {
    const store = createStore(
      0,
      (state: number, added: number) => state + added,
      () => undefined,
    );
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
    const store = createStore(
      0,
      (state: number, added: number) => state + added,
      (error) => errors.push(error),
    );
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
    const store = createStore(
      0,
      (state: number, added: number) => state + added,
      () => undefined,
    );
    let calls = 0;
    const listener = (): void => void calls++;
    const stops = [store.subscribe(listener), store.subscribe(listener)];
    stops[0]?.();
    store.dispatch(1);
    await Promise.resolve();
    expect(calls).toBe(1);
  });
});
