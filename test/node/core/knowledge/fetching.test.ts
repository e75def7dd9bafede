import { encode } from "@ipld/dag-pb";
import type { Artifact } from "peerswarm";
import { scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { cidOf, DAG_PB } from "../../../../src/core/knowledge/cid.js";
import { connectedPeers, inTime, until, watch } from "../support.js";
import { bytesOf, droppedBy, gathering, linked, viewOf } from "./support.js";

const MEGABYTE = 1024 * 1024;

/** Everybody knows of the content, and the first `holders` devices have it. */
async function shared(count: number, holders: number, length: number, bytesPerSecond = Infinity) {
  const room = await gathering(count, [], { bytesPerSecond });
  const { devices, done } = room;
  const content = bytesOf(length);
  const artifact = await done(devices[0]!.swarm.knowledge.put(content, { title: "Film", share: true }));
  await room.network.advance(1000);
  for (const device of devices.slice(1, holders)) await done(device.swarm.knowledge.get(artifact.id));
  return { ...room, content, artifact };
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe("fetching", () => {
  it("takes from several peers at once", async () => {
    const { devices, network, artifact, content, done, leave } = await shared(
      4,
      3,
      4 * MEGABYTE,
      4 * MEGABYTE,
    );
    const reader = devices[3]!;
    const getting = reader.swarm.knowledge.get(artifact.id);
    await until(network, () => (viewOf(reader).fetches[0]?.peerIds.length ?? 0) === 3, 10_000, 50);
    expect(viewOf(reader).fetches[0]).toMatchObject({
      id: artifact.id,
      title: "Film",
      totalBytes: content.length,
    });
    expect(isSame(await done(getting), content)).toBe(true);
    await network.advance(300);
    expect(viewOf(reader).fetches).toEqual([]);
    expect((await done(reader.swarm.knowledge.list()))[0]).toMatchObject({ isHere: true });
    for (const device of devices) expect(droppedBy(device)).toEqual({});
    await leave();
  });

  it("goes on with another peer where one dies in the middle", async () => {
    const { devices, network, artifact, content, done, leave } = await shared(
      3,
      2,
      4 * MEGABYTE,
      4 * MEGABYTE,
    );
    const [ada, , reader] = devices;
    const getting = reader!.swarm.knowledge.get(artifact.id, { timeoutMs: 300_000 });
    await until(network, () => (viewOf(reader!).fetches[0]?.peerIds.length ?? 0) === 2, 10_000, 50);
    expect(viewOf(reader!).fetches[0]!.doneBytes).toBeLessThan(content.length / 2);
    ada!.crash();
    expect(isSame(await done(getting), content)).toBe(true);
    await leave();
  });

  it("goes on with another peer where one falls asleep", async () => {
    const { devices, network, artifact, content, leave } = await shared(3, 2, 2 * MEGABYTE, 2 * MEGABYTE);
    const [ada, , reader] = devices;
    const getting = watch(reader!.swarm.knowledge.get(artifact.id));
    await until(network, () => (viewOf(reader!).fetches[0]?.peerIds.length ?? 0) === 2, 10_000, 50);
    ada!.host.sleep();
    await until(network, () => getting() !== undefined, 15_000);
    expect(isSame((getting() as { value: Uint8Array }).value, content)).toBe(true);
    ada!.host.wake();
    await network.advance(1000);
    await leave();
  });

  it("believes no block that is not what its name says, and asks another peer for it", async () => {
    const { devices, network, artifact, content, done, leave } = await shared(2, 1, MEGABYTE);
    const liar = await inTime(
      network,
      scriptedPeer(network.host("liar"), {
        onMessage({ content: { type, payload } }, peer) {
          if (type !== "swarm/knowledge-request") return;
          const { number } = payload as { number: number };
          peer.broadcast("swarm/knowledge-block", { number, block: bytesOf(131_072, 99) }, "bulk");
        },
      }),
    );
    const reader = devices[1]!;
    await until(network, () => connectedPeers(reader.swarm).length === 2 && liar.linked.length === 2);
    expect(isSame(await done(reader.swarm.knowledge.get(artifact.id)), content)).toBe(true);
    expect(droppedBy(reader)).toMatchObject({ "bad-block": expect.any(Number) });
    expect(liar.received.get("swarm/knowledge-request")).toBeLessThanOrEqual(4);
    liar.leave();
    await leave();
  });

  it("fails where only liars are left, and where nobody has it", async () => {
    const { devices, network, artifact, done, leave } = await shared(2, 1, 200_000);
    const [ada, reader] = devices;
    const liar = await inTime(
      network,
      scriptedPeer(network.host("liar"), {
        onMessage({ content: { type, payload } }, peer) {
          if (type !== "swarm/knowledge-request") return;
          const { number } = payload as { number: number };
          for (const odd of [
            { number, block: 5 },
            { number: -1, block: null },
            { number, block: new Uint8Array(180_000) },
          ])
            peer.broadcast("swarm/knowledge-block", odd, "bulk");
        },
      }),
    );
    await until(network, () => liar.linked.length === 2);
    ada!.crash();
    await until(network, () => connectedPeers(reader!.swarm).length === 1, 120_000, 1000);
    await expect(done(reader!.swarm.knowledge.get(artifact.id))).rejects.toMatchObject({
      code: "knowledge-unavailable",
    });
    liar.leave();
    await until(network, () => connectedPeers(reader!.swarm).length === 0, 120_000, 1000);
    await expect(done(reader!.swarm.knowledge.get(artifact.id))).rejects.toMatchObject({
      code: "knowledge-unavailable",
    });
    await leave();
  });

  it("ends when its time is over, when it is aborted, and when the swarm leaves; one of two waits for it does not end the other", async () => {
    const { devices, network, artifact, content, done, leave } = await shared(2, 1, 4 * MEGABYTE, MEGABYTE);
    const reader = devices[1]!;
    const { knowledge } = reader.swarm;
    await expect(done(knowledge.get(artifact.id, { timeoutMs: 1000 }))).rejects.toMatchObject({
      code: "knowledge-timeout",
    });
    const controller = new AbortController();
    const aborted = watch(knowledge.get(artifact.id, { signal: controller.signal }));
    const patient = watch(knowledge.get(artifact.id));
    await network.advance(1000);
    controller.abort();
    await network.settle();
    expect(aborted()).toMatchObject({ error: { code: "aborted" } });
    await until(network, () => patient() !== undefined);
    expect(isSame((patient() as { value: Uint8Array }).value, content)).toBe(true);
    await expect(done(knowledge.get(artifact.id, { signal: controller.signal }))).rejects.toMatchObject({
      code: "aborted",
    });
    await done(knowledge.remove(artifact.id));
    const leaving = watch(knowledge.get(artifact.id));
    await network.advance(500);
    await inTime(network, reader.swarm.leave());
    expect(leaving()).toMatchObject({ error: { code: "left" } });
    await leave();
  });

  it("is asked again of a peer that comes while it is under way", async () => {
    const { devices, network, artifact, content, leave } = await shared(3, 2, 2 * MEGABYTE, MEGABYTE);
    const [ada, bob, reader] = devices;
    bob!.crash();
    await until(network, () => connectedPeers(reader!.swarm).length === 1, 120_000, 1000);
    const getting = watch(reader!.swarm.knowledge.get(artifact.id, { timeoutMs: 300_000 }));
    await network.advance(500);
    await bob!.open();
    await linked(network, devices);
    ada!.crash();
    await until(network, () => getting() !== undefined, 120_000);
    expect(isSame((getting() as { value: Uint8Array }).value, content)).toBe(true);
    await leave();
  });

  it("blames nobody for genuine blocks that are no file", async () => {
    const { devices, network, done, leave } = await gathering(1);
    const directory = encode({ Data: Uint8Array.of(8, 1), Links: [] }) as Uint8Array<ArrayBuffer>;
    const cid = await cidOf(directory, DAG_PB, { track: (work) => work });
    const author = await inTime(
      network,
      scriptedPeer(network.host("author"), {
        onMessage({ content: { type, payload } }, peer) {
          if (type !== "swarm/knowledge-request") return;
          const { number } = payload as { number: number };
          peer.broadcast("swarm/knowledge-block", { number, block: directory }, "bulk");
        },
      }),
    );
    await until(network, () => author.linked.length === 1);
    const reader = devices[0]!;
    await expect(done(reader.swarm.knowledge.get(cid.toString()))).rejects.toThrow("not a file");
    expect(droppedBy(reader)).toEqual({});
    author.leave();
    await leave();
  });

  it("takes no name that cannot be checked", async () => {
    const { devices, done, leave } = await gathering(1);
    for (const id of ["", "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH", "x".repeat(5000)])
      await expect(done(devices[0]!.swarm.knowledge.get(id))).rejects.toMatchObject({
        code: "invalid-option",
      });
    await leave();
  });

  it("keeps nothing where there is no room, and gives it all the same", async () => {
    const { devices, network, done, leave } = await gathering(2, [{}, { knowledge: { maxBytes: MEGABYTE } }]);
    const [ada, small] = devices;
    const content = bytesOf(2 * MEGABYTE);
    const artifact: Artifact = await done(ada!.swarm.knowledge.put(content, { share: true }));
    await network.advance(1000);
    expect(isSame(await done(small!.swarm.knowledge.get(artifact.id)), content)).toBe(true);
    expect((await done(small!.swarm.knowledge.list()))[0]).toMatchObject({ isHere: false });
    expect((await done(small!.swarm.knowledge.usage())).usedBytes).toBeLessThan(10_000);
    await leave();
  });
});
