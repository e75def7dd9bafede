import fc from "fast-check";
import { expect, it } from "vitest";
import { withState } from "../../../src/core/store/peerStates.js";
import type { PeerStateChange } from "../../../src/core/store/snapshot.js";

const state = fc.constantFrom("connected" as const, "unreachable" as const, "asleep" as const);

it("keeps the last ten changes of a peer's state, each unlike the one before, whatever comes", () => {
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 60, size: "max" }), (all) => {
      const changes = all.map((each, atMs): PeerStateChange => ({ state: each, atMs }));
      const expected = changes.filter(({ atMs }) => all[atMs] !== all[atMs - 1]).slice(-10);
      const empty: readonly PeerStateChange[] = [];
      expect(changes.reduce(withState, empty)).toEqual(expected);
    }),
  );
  const states: readonly PeerStateChange[] = [{ state: "asleep", atMs: 1 }];
  expect(withState(states, { state: "asleep", atMs: 2 })).toBe(states);
});
