import { createIdentity, createSwarm, type Identity, type Swarm } from "peerswarm";
import { type MemoryHost, memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import {
  connectedPeers,
  dropped,
  gather,
  hear,
  idOf,
  leaveNothing,
  payloads,
  peersOf,
  record,
  tabs,
  until,
  view,
} from "./support.js";

type Two<T> = [T, T];

/** Two swarms that are connected. */
async function couple(options: Parameters<typeof tabs>[2] = {}) {
  const network = memoryNetwork({ latencyMs: 10 });
  const { hosts, swarms } = tabs(network, 2, options);
  await gather(network, swarms);
  const [ada, bob] = swarms as Two<Swarm>;
  return { network, hosts: hosts as Two<MemoryHost>, swarms, ada, bob };
}

describe("a tab that crashes", () => {
  it("is gone for the others within 20 s, as timed-out", async () => {
    const { network, hosts, ada, bob } = await couple();
    const left = record(ada, "peer-left");
    const peerId = idOf(bob);
    hosts[1].crash();
    const tookMs = await until(network, () => peersOf(ada).length === 0);
    expect(tookMs).toBeLessThanOrEqual(20_000);
    expect(left).toMatchObject([{ peerId, reason: "timed-out" }]);
    await network.advance(120_000);
    expect(ada.store.getSnapshot().connecting).toEqual([]);
    await leaveNothing(network, [ada]);
  });

  it("in the middle of a dial is not waited for: its answerer forgets it when the room does", async () => {
    const latencyMs = 10;
    for (let afterMs = 5; afterMs <= 60; afterMs += 5) {
      const network = memoryNetwork({ latencyMs });
      const { hosts, swarms } = tabs(network, 2);
      const [ada, bob] = swarms as Two<Swarm>;
      const joins = Promise.allSettled([ada.join(), bob.join()]);
      await network.advance(afterMs);
      // A link that is open has a handshake to wait for; before that there is nothing to hope for.
      const hasLink = network.linkCount > 0;
      hosts[1]?.crash();
      await network.advance(5 * latencyMs);
      if (!hasLink) expect(ada.store.getSnapshot().connecting).toEqual([]);
      await network.advance(60_000);
      await leaveNothing(network, [ada]);
      void joins;
    }
  });

  it("during a handshake leaves nothing", async () => {
    for (let afterMs = 1; afterMs <= 60; afterMs += 7) {
      const network = memoryNetwork({ latencyMs: 10 });
      const { hosts, swarms } = tabs(network, 2);
      const [ada, bob] = swarms as Two<Swarm>;
      const joins = Promise.allSettled([ada.join(), bob.join()]);
      await network.advance(afterMs);
      hosts[1]?.crash();
      await network.advance(60_000);
      expect(peersOf(ada)).toEqual([]);
      expect(ada.store.getSnapshot().connecting).toEqual([]);
      await leaveNothing(network, [ada]);
      void joins;
    }
  });
});

describe("a tab that is slow to sign", () => {
  it("still says hello before it welcomes, so that the other one knows it", async () => {
    const network = memoryNetwork();
    const host = network.host();
    // Keys of the tab: simulated time waits for their signatures.
    const quick = await createIdentity({ ed25519: await host.runtime.ed25519() });
    const slow: Identity = {
      ...quick,
      sign: (message) =>
        new Promise((resolve) => {
          host.runtime.clock.setTimer(200, () => resolve(quick.sign(message)));
        }),
    };
    // Not `host.swarm`: there simulated time would wait for a signature that itself waits for time.
    const { transport, runtime } = host;
    const ada = createSwarm({ identity: slow, transport, runtime });
    const bob = network.swarm();
    const joins = Promise.all([ada.join(), bob.join()]);
    await network.advance(5000);
    await joins;
    expect(peersOf(ada)).toHaveLength(1);
    expect(peersOf(bob)).toHaveLength(1);
    expect([dropped(ada), dropped(bob)]).toEqual([{}, {}]);
    const left = Promise.all([ada.leave(), bob.leave()]);
    await network.advance(2000);
    await left;
    expect(network.pendingTimers).toBe(0);
  });
});

describe("a partition", () => {
  it("of 30 s leaves the link as it was: nothing is lost, nothing out of order", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    const linkId = view(ada, bob)?.linkId;
    const [heardByAda, heardByBob] = [hear(ada), hear(bob)];
    const states: string[] = [];
    ada.events.on("peer-updated", ({ state }) => {
      if (states.at(-1) !== state) states.push(state);
    });
    const sent: number[] = [];
    network.partition([hosts[0]], [hosts[1]]);
    for (let second = 0; second < 30; second++) {
      sent.push(second);
      expect(ada.broadcast("chat", second)).toBe(1);
      expect(bob.broadcast("chat", second)).toBe(1);
      await network.advance(1000);
    }
    expect(view(ada, bob)?.state).toBe("unreachable");
    expect(payloads(heardByBob)).toEqual([]);
    network.heal();
    await network.advance(1000);
    for (const heard of [heardByAda, heardByBob]) expect(payloads(heard)).toEqual(sent);
    expect(view(ada, bob)).toMatchObject({ state: "connected", linkId });
    expect(states).toEqual(["unreachable", "connected"]);
    const kept = view(ada, bob)?.states ?? [];
    expect(kept.map(({ state }) => state)).toEqual(["connected", "unreachable", "connected"]);
    const [first, cut, back] = kept.map(({ atMs }) => atMs) as [number, number, number];
    expect([first, (back - cut) / 1000]).toEqual([view(ada, bob)?.connectedAtMs, expect.closeTo(30, -1)]);
    expect(network.linkCount).toBe(1);
    await leaveNothing(network, swarms);
  });

  it("that has just ended does not let what is sent now overtake what waited", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    const heard = hear(bob);
    network.partition([hosts[0]], [hosts[1]]);
    ada.broadcast("chat", "during");
    await network.advance(1000);
    network.heal();
    await network.advance(1);
    ada.broadcast("chat", "after");
    await network.advance(1000);
    expect(payloads(heard)).toEqual(["during", "after"]);
    expect(dropped(bob)).toEqual({});
    await leaveNothing(network, swarms);
  });

  it("of 50 s ends in one link, and what is sent afterwards arrives once and in order", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    const heard = hear(bob);
    const left = record(ada, "peer-left");
    network.partition([hosts[0]], [hosts[1]]);
    await network.advance(50_000);
    network.heal();
    await until(network, () => [ada, bob].every((swarm) => connectedPeers(swarm).length === 1));
    await network.advance(40_000);
    for (let number = 0; number < 50; number++) ada.broadcast("chat", number);
    await network.settle();
    expect(payloads(heard)).toEqual(Array.from({ length: 50 }, (_, number) => number));
    expect(left).toEqual([]);
    expect(network.linkCount).toBe(1);
    await leaveNothing(network, swarms);
  });

  it("of 3 minutes removes the peers, and they find each other afterwards", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    const left = swarms.map((swarm) => record(swarm, "peer-left"));
    network.partition([hosts[0]], [hosts[1]]);
    await network.advance(180_000);
    for (const events of left) expect(events).toMatchObject([{ reason: "timed-out" }]);
    expect(peersOf(ada)).toEqual([]);
    expect(ada.store.getSnapshot().connecting).toMatchObject([{ peerId: idOf(bob), state: "connecting" }]);
    network.heal();
    await until(network, () => [ada, bob].every((swarm) => connectedPeers(swarm).length === 1));
    await network.advance(40_000);
    expect(network.linkCount).toBe(1);
    await leaveNothing(network, swarms);
  });

  it("of a room in two halves heals to a full mesh", async () => {
    const network = memoryNetwork({ latencyMs: 10, jitterMs: 20 });
    const { hosts, swarms } = tabs(network, 6);
    await gather(network, swarms);
    network.partition(hosts.slice(0, 3), hosts.slice(3));
    await network.advance(90_000);
    for (const swarm of swarms) expect(connectedPeers(swarm)).toHaveLength(2);
    network.heal();
    await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 5), 90_000);
    await network.advance(60_000);
    expect(network.linkCount).toBe(15);
    await leaveNothing(network, swarms);
  });
});

describe("a tab that sleeps", () => {
  it("for 20 s is asleep, keeps its place, and gets its backlog when it wakes", async () => {
    const { network, hosts, swarms, ada, bob } = await couple({ heartbeatMs: 2000 });
    const heard = hear(bob);
    const left = record(ada, "peer-left");
    const linkId = view(ada, bob)?.linkId;
    hosts[1].sleep();
    const sent: number[] = [];
    for (let second = 0; second < 20; second++) {
      sent.push(second);
      expect(ada.broadcast("chat", second)).toBe(1);
      await network.advance(1000);
    }
    expect(view(ada, bob)).toMatchObject({ state: "asleep", linkId });
    expect(heard).toEqual([]);
    hosts[1].wake();
    await network.advance(1000);
    expect(payloads(heard)).toEqual(sent);
    expect(view(ada, bob)).toMatchObject({ state: "connected", linkId });
    expect(view(bob, ada)).toMatchObject({ state: "connected", linkId });
    expect(left).toEqual([]);
    await leaveNothing(network, swarms);
  });

  // Silence counts from the last heartbeat answered, which may be 30 s old when the sleep begins.
  it("for less than the liveness limit without one heartbeat is never removed, nor are the others", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    const left = swarms.map((swarm) => record(swarm, "peer-left"));
    for (const sleptMs of [5000, 15_000, 22_000, 28_000]) {
      hosts[1].sleep();
      await network.advance(sleptMs);
      hosts[1].wake();
      await network.advance(20_000);
      expect(view(ada, bob)?.state).toBe("connected");
      expect(view(bob, ada)?.state).toBe("connected");
    }
    expect(left).toEqual([[], []]);
    await leaveNothing(network, swarms);
  });

  it("for ten minutes while a third one stays: on waking it keeps nobody as dead and finds everyone", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const { hosts, swarms } = tabs(network, 3);
    const [sleeper, second, third] = swarms as [Swarm, Swarm, Swarm];
    await gather(network, swarms);
    const lost = [second, third].map((swarm) => record(swarm, "peer-left"));
    hosts[0]?.sleep();
    const tookMs = await until(network, () => lost.every((events) => events.length === 1), 120_000);
    expect(tookMs).toBeGreaterThanOrEqual(29_000);
    expect(tookMs).toBeLessThanOrEqual(62_000);
    for (const events of lost) expect(events).toMatchObject([{ peerId: idOf(sleeper), reason: "timed-out" }]);
    expect(connectedPeers(second)).toHaveLength(1);
    await network.advance(540_000);
    hosts[0]?.wake();
    await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 2), 60_000);
    await network.advance(60_000);
    expect(network.linkCount).toBe(3);
    await leaveNothing(network, swarms);
  });

  it("together with all others wakes up in the same swarm", async () => {
    const network = memoryNetwork();
    const { hosts, swarms } = tabs(network, 3);
    await gather(network, swarms);
    const left = swarms.map((swarm) => record(swarm, "peer-left"));
    // A laptop's lid: everything stops for an hour.
    for (const host of hosts) host.sleep();
    await network.advance(3_600_000);
    for (const host of hosts) host.wake();
    await network.advance(30_000);
    expect(left).toEqual([[], [], []]);
    for (const swarm of swarms) expect(connectedPeers(swarm)).toHaveLength(2);
    await leaveNothing(network, swarms);
  });
});

describe("heartbeats", () => {
  it("measure the round trip and go on", async () => {
    const network = memoryNetwork({ latencyMs: 40 });
    const { swarms } = tabs(network, 2, { heartbeatMs: 5000 });
    const [ada, bob] = swarms as Two<Swarm>;
    await gather(network, swarms);
    expect(view(ada, bob)?.roundTripMs).toBe(80);
    network.behaviour.latencyMs = 100;
    await network.advance(6000);
    expect(view(ada, bob)?.roundTripMs).toBe(200);
    const { messagesSent } = ada.getStats().byType["swarm/heartbeat"] ?? { messagesSent: 0 };
    await network.advance(50_000);
    const later = ada.getStats().byType["swarm/heartbeat"]?.messagesSent ?? 0;
    expect(later - messagesSent).toBeGreaterThanOrEqual(9);
    expect(later - messagesSent).toBeLessThanOrEqual(11);
    expect(ada.getStats().byType["swarm/heartbeat-reply"]?.messagesReceived).toBe(later);
    await leaveNothing(network, swarms);
  });

  it("that nobody answers, of a tab whose link lives, end after 60 s of silence", async () => {
    const { network, hosts, ada } = await couple();
    hosts[1].tamper = () => undefined;
    const left = record(ada, "peer-left");
    const tookMs = await until(network, () => left.length > 0, 120_000);
    expect(left).toMatchObject([{ reason: "timed-out" }]);
    expect(tookMs).toBeGreaterThanOrEqual(59_000);
    expect(tookMs).toBeLessThanOrEqual(62_000);
    hosts[1].crash();
    await network.advance(30_000);
    await leaveNothing(network, [ada]);
  });
});
