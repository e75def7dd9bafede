import fc from "fast-check";
import { type Activity, type PeerSnapshot, SwarmError, type SwarmSnapshot } from "peerswarm";
import { englishTexts } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { initialSnapshot } from "../../src/core/store/snapshot.js";
import { widgetStatus } from "../../src/element/widgetStatus.js";
import { noise } from "./support.js";

describe("the status of a widget", () => {
  it("is disabled before a join, idle alone, active with a peer, and disabled again after leaving", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    const status = () => widgetStatus(ada.store.getSnapshot(), englishTexts);
    expect(status()).toEqual({
      state: "disabled",
      primaryMetric: "0 peers",
      secondaryMetric: "Idle",
      lastActivity: undefined,
      message: undefined,
    });
    const joined = ada.join();
    await network.settle();
    await joined;
    expect(status().state).toBe("idle");
    const bobJoined = bob.join();
    await network.settle();
    await bobJoined;
    ada.broadcast("chat", noise(20_000));
    await network.advance(1000);
    expect(status()).toMatchObject({ state: "active", primaryMetric: "1 peer", message: undefined });
    expect(status().secondaryMetric).toMatch(/^\d+\.\d KB\/s$/);
    expect(status().lastActivity).toBeGreaterThan(0);
    const left = Promise.all([ada.leave(), bob.leave()]);
    await network.settle();
    await left;
    expect(status()).toMatchObject({ state: "disabled", secondaryMetric: "Idle", message: undefined });
  });

  it("stays active while links are open without signalling, says so, and is an error once nobody is left", async () => {
    const network = memoryNetwork();
    const hosts = [network.host(), network.host()] as const;
    const [ada, bob] = [hosts[0].swarm(), hosts[1].swarm()];
    const joins = Promise.all([ada.join(), bob.join()]);
    await network.settle();
    await joins;
    const status = () => widgetStatus(ada.store.getSnapshot(), englishTexts);
    network.server.stop();
    await network.settle();
    expect(status().state).toBe("active");
    expect(status().message).toContain("signalling server");
    hosts[1].crash();
    await network.advance(70_000);
    expect(status()).toMatchObject({ state: "error", primaryMetric: "0 peers" });
  });

  it("is an error when the first join cannot get through", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const swarm = network.swarm();
    const joined = swarm.join().catch(() => undefined);
    await network.advance(5000);
    expect(widgetStatus(swarm.store.getSnapshot(), englishTexts)).toMatchObject({ state: "error" });
    const left = swarm.leave();
    await network.settle();
    await left;
    await joined;
  });
});

const reason = new SwarmError("signaling-unreachable", { what: "The signalling server is gone." });

const peerStates = fc.array(fc.constantFrom("connected", "unreachable", "asleep"), { maxLength: 6 });

/** What a swarm can be, whatever way it came there. */
const situations = fc
  .record({
    status: fc.constantFrom("off", "joining", "joined", "reconnecting"),
    failedTries: fc.nat({ max: 3 }),
    hasFailed: fc.boolean(),
    states: peerStates,
    total: fc.oneof(
      // Doubles are spread over their exponents: hardly any lies where a rate becomes one that is shown.
      fc.nat({ max: 2000 }).map((part) => part / 10_000),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
    ),
    timesMs: fc.array(fc.nat(), { maxLength: 3 }),
  })
  .map((given) => (given.status === "off" ? { ...given, states: [] } : given));

type Situation = typeof situations extends fc.Arbitrary<infer Value> ? Value : never;

const isDown = ({ status, failedTries, hasFailed }: Situation): boolean =>
  status === "reconnecting" || (status === "off" ? hasFailed : failedTries > 0);

function snapshotOf(situation: Situation): SwarmSnapshot {
  const empty = initialSnapshot("http://localhost:8000", "lobby", {
    name: undefined,
    capabilities: [],
    goals: [],
    region: undefined,
    knowledgeHeads: [],
  });
  const signaling = {
    ...empty.signaling,
    isConnected: situation.status === "joined",
    failedTries: situation.status === "joining" ? situation.failedTries : 0,
    reason: isDown(situation) ? reason : undefined,
  };
  return {
    ...empty,
    status: situation.status,
    signaling,
    peers: situation.states.map((state) => ({ state }) as PeerSnapshot),
    bandwidth: { ...empty.bandwidth, total: situation.total },
    activity: situation.timesMs.map((timeMs) => ({ timeMs }) as Activity),
  };
}

describe("the words of a widget's status", () => {
  it("are those of the specification, whatever the swarm is like", () => {
    fc.assert(
      fc.property(situations, (given) => {
        const situation = given.status === "joining" ? given : { ...given, failedTries: 0 };
        const { states, total, timesMs } = situation;
        const status = widgetStatus(snapshotOf(situation), englishTexts);
        const connected = states.filter((state) => state === "connected").length;
        const isGateOff = situation.status === "off" && !isDown(situation);

        expect(status.state === "disabled").toBe(isGateOff);
        expect(status.state === "error").toBe(isDown(situation) && states.length === 0);
        expect(status.state === "active").toBe(connected > 0);
        expect(status.primaryMetric).toBe(`${connected} ${connected === 1 ? "peer" : "peers"}`);
        expect(status.secondaryMetric).toMatch(total < 0.05 ? /^Idle$/ : /^[1-9\d][\d,]*\.\d KB\/s$/);
        expect(status.secondaryMetric).not.toBe("0.0 KB/s");
        expect(status.lastActivity).toBe(timesMs.at(-1));
        expect(status.message).toBe(isDown(situation) ? reason.message : undefined);
      }),
      { numRuns: 500 },
    );
  });

  it("come from the texts, its numbers from their locale", () => {
    const snapshot = snapshotOf({
      status: "joined",
      failedTries: 0,
      hasFailed: false,
      states: Array.from({ length: 1234 }, () => "connected" as const),
      total: 12.5,
      timesMs: [],
    });
    const german = {
      ...englishTexts,
      locale: "de",
      widget: { ...englishTexts.widget, peers: (_: number, formatted: string) => `${formatted} Mitglieder` },
    };
    expect(widgetStatus(snapshot, german)).toMatchObject({
      primaryMetric: "1.234 Mitglieder",
      secondaryMetric: "12,5 KB/s",
    });
  });
});
