import fc from "fast-check";
import type { Swarm } from "peerswarm";
import { manualClock, memoryNetwork, scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { createIntake, type ExcessReason } from "../../../src/core/wire/intake.js";
import {
  CALM_MS,
  calmDown,
  createRestrainer,
  EXCESS_SPACING_MS,
  EXCESSES_PER_STAGE,
  goBeyond,
  type Restraint,
  type RestraintState,
  UNRESTRAINED,
} from "../../../src/core/wire/restraint.js";
import {
  connectedPeers,
  dropped,
  expectNothingLeft,
  gather,
  hear,
  idOf,
  inTime,
  leaveNothing,
  payloads,
  record,
  until,
  view,
} from "./support.js";

const STAGES = ["free", "slowed", "muted", "dropped"] as const;
const rank = ({ stage }: RestraintState): number => STAGES.indexOf(stage);
const LONG_CALM_MS = CALM_MS.slowed + CALM_MS.muted;
const excess = fc.record({
  waitMs: fc.oneof(fc.nat(EXCESS_SPACING_MS), fc.nat(3000), fc.nat(2 * LONG_CALM_MS)),
  reason: fc.constantFrom<ExcessReason>("message-rate", "byte-rate", "backlog", "unknown-types"),
});

describe("the stages of restraint", () => {
  it("rise one at a time, each after enough excesses of its own, spaced by a second", () => {
    fc.assert(
      fc.property(fc.array(excess, { maxLength: 60 }), (moves) => {
        let state = UNRESTRAINED;
        let nowMs = 0;
        let enteredAtMs = 0;
        for (const { waitMs, reason } of moves) {
          nowMs += waitMs;
          const before = calmDown(state, nowMs);
          state = goBeyond(state, reason, nowMs);
          expect([0, 1]).toContain(rank(state) - rank(before));
          if (rank(state) === rank(before)) continue;
          // From slowed on, a stage has lasted for as many excesses as it takes.
          if (before.stage !== "free")
            expect(nowMs - enteredAtMs).toBeGreaterThanOrEqual(EXCESSES_PER_STAGE * EXCESS_SPACING_MS);
          expect(state.reason).toBe(reason);
          enteredAtMs = nowMs;
        }
      }),
    );
  });

  it("always end by calm, unless the peer was dropped, and never before their time", () => {
    fc.assert(
      fc.property(fc.array(excess, { maxLength: 60 }), (moves) => {
        let state = UNRESTRAINED;
        let nowMs = 0;
        for (const { waitMs, reason } of moves) {
          nowMs += waitMs;
          state = goBeyond(state, reason, nowMs);
        }
        if (state.stage === "dropped") return expect(calmDown(state, nowMs + LONG_CALM_MS)).toBe(state);
        if (state.stage !== "free") expect(calmDown(state, state.untilMs - 1)).toBe(state);
        expect(calmDown(state, nowMs + LONG_CALM_MS).stage).toBe("free");
      }),
    );
  });

  it("are reported as they are, by one timer at a time, and leave none behind", () => {
    fc.assert(
      fc.property(fc.array(excess, { maxLength: 60 }), (moves) => {
        const clock = manualClock(0);
        let last: Restraint | undefined;
        let drops = 0;
        const restrainer = createRestrainer({
          clock,
          onChange: (restraint, before) => {
            expect(before).toEqual(last);
            last = restraint;
          },
          onDrop: () => drops++,
        });
        let state = UNRESTRAINED;
        for (const { waitMs, reason } of moves) {
          clock.turnTo(clock.now() + waitMs);
          restrainer.exceeded(reason);
          state = goBeyond(state, reason, clock.now());
          expect(clock.pendingTimers).toBeLessThanOrEqual(1);
          expect(drops).toBe(state.stage === "dropped" ? 1 : 0);
          if (state.stage === "dropped") break;
          const { stage, reason: why, untilMs } = state;
          expect(restrainer.restraint).toEqual({ stage, reason: why, untilMs });
          expect(last).toEqual(restrainer.restraint);
        }
        clock.turnTo(clock.now() + LONG_CALM_MS);
        expect(restrainer.restraint).toBeUndefined();
        expect(clock.pendingTimers).toBe(0);
      }),
    );
  });
});

describe("the intake", () => {
  it("finds an excess exactly when more comes in one second than is allowed for one", () => {
    const frame = fc.record({
      waitMs: fc.nat(700),
      bytes: fc.nat(900),
      messages: fc.integer({ min: 1, max: 9 }),
    });
    const limits = { messagesPerSecond: 20, bytesPerSecond: 2000, backlogBytes: 10_000 };
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 80 }), (frames) => {
        const clock = manualClock(0);
        const found = new Set<ExcessReason>();
        const intake = createIntake(clock, limits, (reason) => found.add(reason));
        let windowEndsMs = -1;
        let [messages, bytes] = [0, 0];
        for (const { waitMs, ...given } of frames) {
          clock.turnTo(clock.now() + waitMs);
          if (clock.now() >= windowEndsMs) [windowEndsMs, messages, bytes] = [clock.now() + 1000, 0, 0];
          messages += given.messages;
          bytes += given.bytes;
          found.clear();
          intake.arrived(given.bytes, given.messages);
          expect(found.has("message-rate")).toBe(messages > limits.messagesPerSecond);
          expect(found.has("byte-rate")).toBe(bytes > limits.bytesPerSecond);
        }
      }),
    );
  });
});

const LIMITS = { messagesPerSecond: 100, bytesPerSecond: 64 * 1024, backlogBytes: 64 * 1024 };

async function scene(limits: Partial<typeof LIMITS> = {}) {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ limits: { ...LIMITS, ...limits } }), network.swarm()];
  await gather(network, [ada, bob]);
  const peer = await inTime(network, scriptedPeer(network.host("flooder")));
  await until(network, () => connectedPeers(ada).length === 2);
  const restraint = () => view(ada, peer.peerId)?.restraint;
  return {
    network,
    ada,
    bob,
    peer,
    heard: hear(ada),
    gone: record(ada, "peer-left"),
    excesses: record(ada, "limit-exceeded"),
    restraint,
    async end() {
      peer.leave();
      await leaveNothing(network, [ada, bob]);
      expectNothingLeft(network);
    },
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Sends `count` messages within a second, `seconds` times, or until the peer is gone. */
async function flood(
  { network, peer, gone }: Scene,
  {
    count,
    seconds,
    type = "chat",
    payload = "x",
  }: { count: number; seconds: number; type?: string; payload?: string },
): Promise<void> {
  for (let second = 0; second < seconds && gone.length === 0; second++) {
    for (let part = 0; part < 10; part++) {
      for (let number = 0; number < count / 10; number++) peer.broadcast(type, payload);
      await network.advance(100);
    }
  }
}

/** The honest ones are not touched by what the flooder gets. */
async function expectHonestHeard({ network, ada, bob, heard }: Scene): Promise<void> {
  expect(view(ada, bob)).toMatchObject({ state: "connected", restraint: undefined });
  bob.broadcast("chat", "honest");
  await network.settle();
  expect(heard.at(-1)?.payload).toBe("honest");
}

describe("a peer that sends more than it may", () => {
  it("once is slowed: all of it comes, at the rate of the limits, and calm sets it free", async () => {
    const given = await scene();
    const { network, heard, peer, restraint, excesses, gone } = given;
    for (let number = 0; number < 400; number++) {
      peer.broadcast("chat", number);
      // A peer is slowed frame by frame.
      if (number % 10 === 9) await network.settle();
    }
    const startMs = network.clock.now();
    expect(heard.length).toBeLessThanOrEqual(110);
    expect(restraint()).toMatchObject({ stage: "slowed", reason: "message-rate" });
    await network.advance(1000);
    expect(heard.length).toBeGreaterThan(190);
    expect(heard.length).toBeLessThanOrEqual(220);
    await expectHonestHeard(given);
    await network.advance(3000);
    expect(payloads(heard).filter((payload) => payload !== "honest")).toEqual(
      Array.from({ length: 400 }, (_, number) => number),
    );
    await network.advance(CALM_MS.slowed - (network.clock.now() - startMs));
    expect(restraint()).toBeUndefined();
    expect(excesses.filter(({ stage }) => stage !== undefined)).toEqual([
      { code: "message-rate", peerId: peer.peerId, stage: "slowed" },
      { code: "message-rate", peerId: peer.peerId, stage: "free" },
    ]);
    expect(gone).toEqual([]);
    await given.end();
  });

  it.each<[string, Partial<typeof LIMITS>, { count: number; payload?: string; type?: string }, string]>([
    ["messages", {}, { count: 150 }, "message-rate"],
    ["bytes", {}, { count: 60, payload: "x".repeat(1500) }, "byte-rate"],
    ["unheard messages", {}, { count: 40, type: "nobody-listens" }, "unknown-types"],
  ])(
    "and does not stop with too many %s is slowed, then muted, then dropped",
    async (_, limits, what, reason) => {
      const given = await scene(limits);
      const { ada, peer, gone, heard, excesses, network } = given;
      await flood(given, { seconds: 4, ...what });
      expect(given.restraint()).toMatchObject({ stage: "slowed", reason });
      await flood(given, { seconds: 4, ...what });
      expect(given.restraint()).toMatchObject({ stage: "muted", reason });
      const before = heard.length;
      await flood(given, { seconds: 2, count: 10 });
      expect(heard.length).toBe(before);
      expect(dropped(ada).restrained).toBeGreaterThan(0);
      await expectHonestHeard(given);
      await flood(given, { seconds: 10, ...what });
      expect(gone).toMatchObject([{ peerId: peer.peerId, reason: "limit-exceeded" }]);
      expect(excesses.flatMap(({ stage }) => stage ?? [])).toEqual(["slowed", "muted", "dropped"]);
      expect(excesses.find(({ stage }) => stage === "dropped")).toEqual({
        code: reason,
        peerId: peer.peerId,
        stage: "dropped",
      });
      // Not again at once, and after that with a clean slate.
      await network.advance(50_000);
      expect(view(ada, peer.peerId)).toBeUndefined();
      await until(network, () => view(ada, peer.peerId) !== undefined);
      expect(given.restraint()).toBeUndefined();
      await expectHonestHeard(given);
      await given.end();
    },
  );

  it("and stops is heard again: muted softens to slowed, and that ends", async () => {
    const given = await scene();
    const { network, peer, heard, restraint } = given;
    await flood(given, { seconds: 7, count: 150 });
    expect(restraint()?.stage).toBe("muted");
    await network.advance(CALM_MS.muted);
    expect(restraint()?.stage).toBe("slowed");
    peer.broadcast("chat", "sorry");
    await network.settle();
    expect(heard.at(-1)?.payload).toBe("sorry");
    await network.advance(CALM_MS.slowed);
    expect(restraint()).toBeUndefined();
    await given.end();
  });

  it("and is muted for it gets no answer of the app to what it asks either, until it is calm again", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm({ limits: LIMITS }), network.swarm()];
    await gather(network, [ada, bob]);
    ada.on("chat", () => undefined);
    const asked: unknown[] = [];
    ada.handle("double", (number) => {
      asked.push(number);
      return 2 * (number as number);
    });
    const ask = (number: number) => inTime(network, bob.request(idOf(ada), "double", number));
    expect(await ask(1)).toBe(2);
    for (let second = 0; second < 7; second++) {
      for (let number = 0; number < 150; number++) bob.broadcast("chat", number);
      await network.advance(1000);
    }
    expect(view(ada, bob)?.restraint?.stage).toBe("muted");
    await expect(ask(2)).rejects.toBeDefined();
    await network.advance(CALM_MS.muted);
    expect(await ask(3)).toBe(6);
    expect(asked).toEqual([1, 3]);
    await leaveNothing(network, [ada, bob]);
  });

  it("keeps its place while it is held back: its heartbeats are answered and counted", async () => {
    const given = await scene();
    const { network, ada, peer } = given;
    for (let burst = 0; burst < 4; burst++) {
      await flood(given, { seconds: 4, count: 140 });
      await network.advance(15_000);
    }
    expect(view(ada, peer.peerId)?.state).toBe("connected");
    expect(view(ada, peer.peerId)?.roundTripMs).toBeDefined();
    await given.end();
  });

  it("faster than it can be taken loses what the backlog cannot hold, and memory stays bounded", async () => {
    const given = await scene({ bytesPerSecond: 1e9 });
    const { network, ada, peer, heard, gone } = given;
    const payload = "x".repeat(4000);
    for (let number = 0; number < 2000; number++) peer.broadcast("chat", payload);
    await network.settle();
    // A frame of ten messages at most waits in each 40 KB: what one lane holds is 64 KiB beyond what was taken.
    expect(dropped(ada)["backlog-exceeded"]).toBeGreaterThan(0);
    await network.advance(5000);
    expect(heard.length).toBeLessThan(100 + 16 + MAX_MESSAGES_OF_A_FRAME);
    expect(gone).toEqual([]);
    await expectHonestHeard(given);
    await given.end();
  });

  it("and then hangs up is gone within seconds, not when its backlog is through", async () => {
    const given = await scene({ messagesPerSecond: 10, backlogBytes: 1024 * 1024 });
    const { network, peer, gone } = given;
    for (let number = 0; number < 1000; number++) peer.broadcast("chat", number);
    await network.settle();
    peer.leave();
    await network.advance(6000);
    expect(gone).toMatchObject([{ peerId: peer.peerId }]);
    await given.end();
  });

  it("is not one that talks fast within the default limits", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()] as [Swarm, Swarm];
    await gather(network, [ada, bob]);
    const [heard, excesses] = [hear(bob), record(bob, "limit-exceeded")];
    for (let part = 0; part < 20; part++) {
      for (let number = 0; number < 10_000; number++) ada.broadcast("chat", number);
      await network.advance(50);
    }
    expect(heard).toHaveLength(200_000);
    expect(excesses).toEqual([]);
    await leaveNothing(network, [ada, bob]);
  });
});

const MAX_MESSAGES_OF_A_FRAME = 4096;
