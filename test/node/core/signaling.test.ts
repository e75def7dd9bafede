import type { Swarm } from "peerswarm";
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
  peersOf,
  record,
  statusOf,
  tabs,
  until,
  view,
  watch,
} from "./support.js";

describe("a signalling server that stops", () => {
  it("leaves open links as they are, and newcomers find everyone once it is back", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 3, { signalingRetryMs: 500 });
    const [first, second] = swarms as [Swarm, Swarm, Swarm];
    await gather(network, swarms);
    const before = peersOf(first).map((peer) => peer.linkId);
    const left = record(first, "peer-left");
    network.server.stop();
    await network.advance(10_000);
    expect(first.store.getSnapshot()).toMatchObject({
      status: "reconnecting",
      signaling: { isConnected: false, reason: { code: "signaling-unreachable" } },
    });
    const heard = hear(second);
    expect(first.broadcast("chat", "still here")).toBe(2);
    await network.settle();
    expect(payloads(heard)).toEqual(["still here"]);
    network.server.start();
    await until(network, () => swarms.every((swarm) => statusOf(swarm) === "joined"));
    const newcomer = network.swarm();
    await gather(network, [...swarms, newcomer]);
    expect(
      peersOf(first)
        .slice(0, 2)
        .map((peer) => peer.linkId),
    ).toEqual(before);
    expect(left).toEqual([]);
    expect(network.linkCount).toBe(6);
    await leaveNothing(network, [...swarms, newcomer]);
  });

  it("is tried again at once by reconnect()", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm({ signalingRetryMs: 20_000 });
    await gather(network, [swarm]);
    network.server.stop();
    await network.advance(1000);
    network.server.start();
    swarm.reconnect();
    await network.settle();
    expect(statusOf(swarm)).toBe("joined");
    swarm.reconnect();
    await network.settle();
    expect(statusOf(swarm)).toBe("joined");
    await leaveNothing(network, [swarm]);
  });

  it("does not hide a peer that crashed meanwhile", async () => {
    const network = memoryNetwork();
    const { hosts, swarms } = tabs(network, 2, { signalingRetryMs: 500 });
    const [staying] = swarms as [Swarm, Swarm];
    await gather(network, swarms);
    network.server.stop();
    await network.advance(1000);
    hosts[1]?.crash();
    await network.advance(18_000);
    expect(peersOf(staying)).toMatchObject([{ state: "unreachable" }]);
    network.server.start();
    await until(network, () => peersOf(staying).length === 0, 60_000);
    await until(network, () => staying.store.getSnapshot().connecting.length === 0, 60_000);
    await leaveNothing(network, [staying]);
  });

  it("that stops in the middle of dials ends in a full mesh", async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const network = memoryNetwork({ seed, latencyMs: 20, jitterMs: 30 });
      const { swarms } = tabs(network, 5, { signalingRetryMs: 300 });
      const joins = Promise.all(swarms.map((swarm) => swarm.join()));
      await network.advance(30 + seed * 13);
      network.server.stop();
      await network.advance(200);
      network.server.start();
      await inTime(network, joins);
      await gather(network, swarms);
      await network.advance(15_000);
      expect(network.linkCount).toBe(10);
      await leaveNothing(network, swarms);
    }
  });
});

describe("configureSignaling", () => {
  it("moves a joined swarm to another room", async () => {
    const network = memoryNetwork();
    const [mover, before, after] = [
      network.swarm({ room: "old" }),
      network.swarm({ room: "old" }),
      network.swarm({ room: "new" }),
    ];
    await gather(network, [mover, before]);
    await gather(network, [after]);
    const left = record(before, "peer-left");
    await inTime(network, mover.configureSignaling({ room: "new" }));
    await gather(network, [mover, after]);
    expect(mover.getSignalingStatus()).toMatchObject({ connected: true, room: "new" });
    expect(left).toMatchObject([{ reason: "left" }]);
    expect(connectedPeers(before)).toEqual([]);
    expect([...network.server.rooms()].sort()).toEqual(["new", "old"]);
    await leaveNothing(network, [mover, before, after]);
  });

  it("before joining holds from the next join on", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm({ room: "old" });
    await swarm.configureSignaling({ room: "new" });
    expect(swarm.getSignalingStatus()).toMatchObject({ connected: false, room: "new" });
    await gather(network, [swarm]);
    expect(network.server.rooms()).toEqual(["new"]);
    await leaveNothing(network, [swarm]);
  });

  it("while joining ends in the new room", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const swarm = network.swarm({ room: "old" });
    const first = swarm.join().catch((error: unknown) => error);
    await network.advance(100);
    network.server.start();
    await inTime(network, swarm.configureSignaling({ room: "new" }));
    expect(await inTime(network, first)).toMatchObject({ code: "left" });
    expect(network.server.rooms()).toEqual(["new"]);
    await leaveNothing(network, [swarm]);
  });

  it("does not bring back a swarm that is left while it moves, or that was leaving", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2, { room: "old" });
    await gather(network, swarms);
    const [moving, leaving] = swarms as [Swarm, Swarm];
    const moved = watch(moving.configureSignaling({ room: "new" }));
    const left = [moving.leave(), leaving.leave()];
    const renamed = leaving.configureSignaling({ room: "new" });
    await inTime(network, Promise.all([...left, renamed]));
    await network.advance(60_000);
    expect(moved()).toMatchObject({ error: { code: "left" } });
    expect(swarms.map(statusOf)).toEqual(["off", "off"]);
    expect(leaving.getSignalingStatus()).toMatchObject({ connected: false, room: "new" });
    expectNothingLeft(network);
  });

  it("twice in a row ends in the last room, for both calls", async () => {
    const network = memoryNetwork();
    const [swarm] = tabs(network, 1, { room: "old" }).swarms as [Swarm];
    await gather(network, [swarm]);
    await inTime(network, Promise.all(["newer", "newest"].map((room) => swarm.configureSignaling({ room }))));
    expect(network.server.rooms()).toEqual(["newest"]);
    expect(statusOf(swarm)).toBe("joined");
    await leaveNothing(network, [swarm]);
  });

  it("with the same room changes nothing", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2, { room: "same" });
    await gather(network, swarms);
    const peerId = idOf(swarms[0] as Swarm);
    await inTime(network, (swarms[0] as Swarm).configureSignaling({ room: "same" }));
    expect(idOf(swarms[0] as Swarm)).toBe(peerId);
    expect(view(swarms[1] as Swarm, peerId)?.state).toBe("connected");
    await leaveNothing(network, swarms);
  });

  it("refuses what is not the name of a room, and stays where it is", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm({ room: "old" });
    await gather(network, [swarm]);
    await expect(swarm.configureSignaling({ room: "" })).rejects.toMatchObject({ code: "invalid-option" });
    expect(swarm.getSignalingStatus()).toMatchObject({ connected: true, room: "old" });
    await leaveNothing(network, [swarm]);
  });
});
