import { createSwarm } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import {
  connectedPeers,
  expectNothingLeft,
  gather,
  hear,
  idOf,
  inTime,
  leaveNothing,
  payloads,
  record,
  statusOf,
  tabs,
  until,
  watch,
} from "./support.js";

describe("joining", () => {
  it("brings two swarms together, and messages across", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm({ name: "ada" }), network.swarm({ name: "bob" })];
    const heard = hear(bob);
    await gather(network, [ada, bob]);
    expect(connectedPeers(ada)).toMatchObject([{ state: "connected", profile: { name: "bob" } }]);
    expect(ada.broadcast("chat", { text: "hello" })).toBe(1);
    expect(ada.send(idOf(bob), "chat", [1, 2])).toBe(true);
    await network.settle();
    expect(payloads(heard)).toEqual([{ text: "hello" }, [1, 2]]);
    expect(heard[0]?.info.from.peerId).toBe(idOf(ada));
    await leaveNothing(network, [ada, bob]);
  });

  it("opens nothing before join", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm();
    await network.advance(60_000);
    expect(statusOf(swarm)).toBe("off");
    expectNothingLeft(network);
    await inTime(network, swarm.leave());
    expect(statusOf(swarm)).toBe("off");
    expectNothingLeft(network);
  });

  it("goes on trying while the server is down, and joins once it is up", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const swarm = network.swarm({ signalingRetryMs: 1000 });
    const joined = watch(swarm.join());
    await network.advance(5000);
    const { status, signaling } = swarm.store.getSnapshot();
    expect(status).toBe("joining");
    expect(signaling).toMatchObject({ isConnected: false, reason: { code: "signaling-unreachable" } });
    expect(signaling.failedTries).toBeGreaterThan(0);
    expect(signaling.nextTryAtMs).toBeGreaterThan(network.clock.now());
    expect(joined()).toBeUndefined();
    network.server.start();
    await until(network, () => joined() !== undefined);
    expect(joined()).toEqual({ value: undefined });
    expect(swarm.store.getSnapshot()).toMatchObject({
      status: "joined",
      signaling: { isConnected: true, reason: undefined, failedTries: 0, nextTryAtMs: undefined },
    });
    await leaveNothing(network, [swarm]);
  });

  it("rejects with join-timeout after its time, and is joined later all the same", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const swarm = network.swarm();
    const joined = watch(swarm.join({ timeoutMs: 7000 }));
    await network.advance(6900);
    expect(joined()).toBeUndefined();
    await network.advance(200);
    expect(joined()).toMatchObject({ error: { code: "join-timeout" } });
    expect(statusOf(swarm)).toBe("joining");
    network.server.start();
    await until(network, () => statusOf(swarm) === "joined");
    await inTime(network, swarm.join());
    await leaveNothing(network, [swarm]);
  });

  it("keeps its time, its signal and the way out when the key store never answers", async () => {
    const network = memoryNetwork();
    const { runtime, transport } = network.host();
    const stuck = { ...runtime, ed25519: () => new Promise<never>(() => undefined) };
    const swarm = createSwarm({ identity: "session", transport, runtime: stuck });
    const controller = new AbortController();
    const timed = watch(swarm.join({ timeoutMs: 1000 }));
    const aborted = watch(swarm.join({ signal: controller.signal }));
    await network.advance(500);
    controller.abort();
    await network.settle();
    expect(aborted()).toMatchObject({ error: { code: "aborted" } });
    await network.advance(600);
    expect(timed()).toMatchObject({ error: { code: "join-timeout" } });
    const left = watch(swarm.leave());
    await network.settle();
    expect(left()).toBeDefined();
    expect(statusOf(swarm)).toBe("off");
    expect(network.pendingTimers).toBe(0);
  });

  it("waits longer from try to try, up to 30 s", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const swarm = network.swarm({ signalingRetryMs: 1000 });
    const joined = watch(swarm.join({ timeoutMs: 200_000 }));
    const waitsMs: number[] = [];
    let planned: number | undefined;
    swarm.events.on("signaling-changed", ({ nextTryAtMs }) => {
      if (nextTryAtMs !== undefined && nextTryAtMs !== planned)
        waitsMs.push(nextTryAtMs - network.clock.now());
      planned = nextTryAtMs;
    });
    await network.advance(180_000);
    waitsMs.forEach((waitMs, index) => {
      const fullMs = Math.min(30_000, 1000 * 2 ** index);
      expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(waitMs).toBeLessThanOrEqual(fullMs);
    });
    expect(waitsMs.length).toBeGreaterThan(6);
    await leaveNothing(network, [swarm]);
    expect(joined()).toMatchObject({ error: { code: "left" } });
  });

  it("is ended by its signal, and the swarm goes on", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const swarm = network.swarm();
    const controller = new AbortController();
    const joined = watch(swarm.join({ signal: controller.signal }));
    await network.advance(1000);
    controller.abort();
    await network.settle();
    expect(joined()).toMatchObject({ error: { code: "aborted" } });
    await expect(swarm.join({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    network.server.start();
    await until(network, () => statusOf(swarm) === "joined");
    await leaveNothing(network, [swarm]);
  });

  it("fails for good where the room is full, and can be tried again", async () => {
    const network = memoryNetwork();
    network.server.maxRoomSize = 1;
    const [first, second] = [network.swarm(), network.swarm()];
    await gather(network, [first]);
    const joined = watch(second.join());
    await network.settle();
    expect(joined()).toMatchObject({ error: { code: "room-full" } });
    expect(second.store.getSnapshot()).toMatchObject({
      status: "off",
      signaling: { reason: { code: "room-full" }, isConnected: false },
    });
    network.server.maxRoomSize = 2;
    await gather(network, [first, second]);
    expect(second.store.getSnapshot().signaling.reason).toBeUndefined();
    await leaveNothing(network, [first, second]);
  });

  it("twice is one stay", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm();
    await inTime(network, Promise.all([swarm.join(), swarm.join()]));
    const peerId = idOf(swarm);
    await inTime(network, swarm.join());
    expect(idOf(swarm)).toBe(peerId);
    expect(network.server.seats("peerswarm-default").size).toBe(1);
    await leaveNothing(network, [swarm]);
  });
});

describe("leaving", () => {
  it("says goodbye: the others drop the peer at once, with the reason left", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 3);
    const [leaving, ...staying] = swarms as [(typeof swarms)[0], ...typeof swarms];
    await gather(network, swarms);
    const peerId = idOf(leaving);
    const left = staying.map((swarm) => record(swarm, "peer-left"));
    await inTime(network, leaving.leave());
    await network.settle();
    for (const events of left) expect(events).toMatchObject([{ peerId, reason: "left" }]);
    for (const swarm of staying) {
      expect(connectedPeers(swarm)).toHaveLength(1);
      expect(Object.keys(swarm.getStats().byPeer)).toEqual(connectedPeers(swarm).map((peer) => peer.peerId));
      expect(swarm.store.getSnapshot().connecting).toEqual([]);
    }
    expect(leaving.store.getSnapshot()).toMatchObject({
      status: "off",
      peers: [],
      connecting: [],
      signaling: { isConnected: false, reason: undefined, peerId: undefined },
      self: { peerId: undefined },
    });
    await leaveNothing(network, staying);
  });

  it("lets out what was sent just before, on every reliable lane", async () => {
    const network = memoryNetwork({ bytesPerSecond: 1024 * 1024 });
    const { swarms } = tabs(network, 2);
    const [sender, receiver] = swarms as [(typeof swarms)[0], (typeof swarms)[0]];
    await gather(network, swarms);
    const heard = hear(receiver);
    for (let number = 0; number < 20; number++) {
      sender.broadcast("chat", [number, "x".repeat(5000)]);
      sender.broadcast("chat", [number, "x".repeat(10_000)], { lane: "bulk" });
    }
    await inTime(network, sender.leave(), 2000, 10);
    await network.settle();
    expect(heard).toHaveLength(40);
    await leaveNothing(network, swarms);
  });

  it("while joining rejects the join with left, at any moment", async () => {
    for (let steps = 0; steps < 12; steps++) {
      const network = memoryNetwork({ latencyMs: 2 });
      const swarm = network.swarm();
      const joined = watch(swarm.join());
      for (let step = 0; step < steps; step++)
        await (step % 2 === 0 ? network.advance(1) : Promise.resolve());
      const wasJoined = joined() !== undefined;
      await leaveNothing(network, [swarm]);
      if (!wasJoined) expect(joined()).toMatchObject({ error: { code: "left" } });
      expect(statusOf(swarm)).toBe("off");
    }
  });

  it("twice is one leave", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    await gather(network, swarms);
    await inTime(network, Promise.all([swarms[0]?.leave(), swarms[0]?.leave()]));
    await leaveNothing(network, swarms);
  });
});

describe("joining again", () => {
  it("at once after leaving a join under way (a double mount) ends joined", async () => {
    const network = memoryNetwork();
    const [swarm, other] = [network.swarm(), network.swarm()];
    await gather(network, [other]);
    const first = watch(swarm.join());
    const left = swarm.leave();
    await gather(network, [swarm, other]);
    await inTime(network, left);
    expect(first()).toMatchObject({ error: { code: "left" } });
    expect(network.linkCount).toBe(1);
    expect(network.server.seats("peerswarm-default").size).toBe(2);
    await leaveNothing(network, [swarm, other]);
  });

  it("at once after leaving a stay gives a new stay", async () => {
    const network = memoryNetwork();
    const [swarm, other] = [network.swarm(), network.swarm()];
    await gather(network, [swarm, other]);
    const before = idOf(swarm);
    const left = swarm.leave();
    const joined = swarm.join();
    await inTime(network, Promise.all([left, joined]));
    expect(statusOf(swarm)).toBe("joined");
    await gather(network, [swarm, other]);
    expect(idOf(swarm)).not.toBe(before);
    expect(connectedPeers(other).map((peer) => peer.peerId)).toEqual([idOf(swarm)]);
    expect(network.linkCount).toBe(1);
    await leaveNothing(network, [swarm, other]);
  });

  it("shows off in between, never an old connection as the new one's", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm();
    await gather(network, [swarm]);
    const statuses = record(swarm, "status-changed");
    const signaling = record(swarm, "signaling-changed");
    const left = swarm.leave();
    await inTime(network, swarm.join());
    await left;
    expect(statuses.map(({ status }) => status)).toEqual(["off", "joining", "joined"]);
    const firstJoining = signaling.find(({ nextTryAtMs, isConnected }) => !isConnected && !nextTryAtMs);
    expect(firstJoining).toMatchObject({ connectedAtMs: undefined });
    await leaveNothing(network, [swarm]);
  });

  it("many times in a row, without waiting, ends in one stay and leaves nothing", async () => {
    const network = memoryNetwork();
    const [swarm, other] = [network.swarm(), network.swarm()];
    await gather(network, [other]);
    const calls: (() => unknown)[] = [];
    for (let round = 0; round < 5; round++) {
      calls.push(watch(swarm.join()), watch(swarm.leave()));
      await network.advance(round);
    }
    await gather(network, [swarm, other]);
    expect(network.server.seats("peerswarm-default").size).toBe(2);
    expect(network.linkCount).toBe(1);
    await leaveNothing(network, [swarm, other]);
    for (const outcome of calls) expect(outcome()).toBeDefined();
  });
});
