import { createSwarm, type KnowledgeOptions, memoryStorage, type Storage, verifyRecord } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { createContents } from "../../../../src/core/knowledge/contents.js";
import { type Block, cutContent } from "../../../../src/core/knowledge/dag.js";
import { createDevice, type Device } from "../mailbox/support.js";
import { dropped, inTime, leaveNothing, record, until } from "../support.js";
import { bytesOf, droppedBy, gathering, viewOf } from "./support.js";

const MEGABYTE = 1024 * 1024;
const OVERHEAD = 256;

describe("what is kept", () => {
  it("belongs to an agent and a room: before join there is nothing", async () => {
    const swarm = createSwarm();
    for (const call of [
      swarm.knowledge.put("x"),
      swarm.knowledge.list(),
      swarm.reflections.list(),
      swarm.knowledge.export(),
    ])
      await expect(call).rejects.toMatchObject({ code: "not-joined" });
    expect(swarm.store.getSnapshot().knowledge).toMatchObject({ isLoaded: false, maxBytes: 256 * MEGABYTE });
    for (const maxBytes of [0, -1, 1.5, NaN, MEGABYTE - 1])
      expect(() => createSwarm({ knowledge: { maxBytes } })).toThrow("maxBytes");
  });

  it("is another in another room, and as before in the first one", async () => {
    const { devices, network, done, leave } = await gathering(1);
    const { swarm } = devices[0]!;
    const artifact = await done(swarm.knowledge.put("here"));
    await done(swarm.configureSignaling({ room: "elsewhere" }));
    expect(await done(swarm.knowledge.list())).toEqual([]);
    await done(swarm.configureSignaling({ room: "peerswarm-default" }));
    expect(await done(swarm.knowledge.list())).toEqual([artifact]);
    await network.advance(1000);
    await leave();
  });

  it("is there, whatever is damaged beside it", async () => {
    const { devices, done, leave } = await gathering(1);
    const device = devices[0]!;
    const { id } = await done(device.swarm.knowledge.put("whole"));
    device.crash();
    await device.host.storage.write(
      ["knowledge-records", "knowledge-contents"].flatMap((collection) =>
        [null, 7, { letter: 7, isWhole: true }, { isWhole: true, blocks: [7] }].map((value, index) => ({
          collection,
          key: `${device.agentId}/peerswarm-default/${index}`,
          value,
        })),
      ),
    );
    await device.open();
    expect((await done(device.swarm.knowledge.list())).map((artifact) => artifact.id)).toEqual([id]);
    expect(new TextDecoder().decode(await done(device.swarm.knowledge.get(id)))).toBe("whole");
    await leave();
  });

  it("is signed, so that anybody can check it", async () => {
    const { devices, done, leave } = await gathering(1);
    const { swarm, agentId } = devices[0]!;
    const artifact = await done(swarm.knowledge.put("here", { title: "A", tags: ["b"] }));
    const signed = (await done(swarm.knowledge.signed(artifact.id)))!;
    expect(await verifyRecord(signed)).toEqual({
      kind: "artifact",
      author: agentId,
      room: "peerswarm-default",
      writtenAtMs: artifact.writtenAtMs,
      artifact: { id: artifact.id, bytes: 4, title: "A", mediaType: "text/plain", tags: ["b"] },
    });
    for (let at = 0; at < signed.body.length; at += 7) {
      const body = signed.body.slice();
      body[at]! ^= 1;
      expect(await verifyRecord({ ...signed, body })).toBeUndefined();
    }
    expect(await done(swarm.knowledge.signed("unknown"))).toBeUndefined();
    await leave();
  });

  it("is witnessed", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as [Device, Device];
    await done(ada.swarm.knowledge.put("x", { share: true }));
    await done(ada.swarm.reflections.add({ task: "t", outcome: "success", lesson: "l" }));
    await done(ada.swarm.reflections.shareSuccess());
    await network.advance(1000);
    const [received] = viewOf(bob).reflections;
    await done(bob.swarm.reflections.integrate(received!.id));
    const kindsOf = async ({ swarm }: Device) => {
      const log = await done(swarm.witness.export());
      return log
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { kind: string; detail: object });
    };
    expect((await kindsOf(ada)).filter(({ kind }) => kind === "knowledge_added")).toHaveLength(2);
    expect((await kindsOf(bob)).filter(({ kind }) => kind === "knowledge_added")).toMatchObject([
      { detail: { artifacts: 1, reflections: 0 } },
      { detail: { artifacts: 0, reflections: 1 } },
    ]);
    expect((await kindsOf(bob)).filter(({ kind }) => kind === "reflection_integrated")).toMatchObject([
      { detail: { id: received!.id, author: ada.agentId } },
    ]);
    await leave();
  });

  it("refuses descriptions that are too long, and content that is no JSON value", async () => {
    const { devices, done, leave } = await gathering(1);
    const { knowledge } = devices[0]!.swarm;
    for (const options of [
      { title: "x".repeat(257) },
      { mediaType: "x".repeat(129) },
      { tags: [""] },
      { tags: ["x".repeat(65)] },
      { tags: new Array(33).fill("x") },
      { text: "x".repeat(8193) },
      { embedding: new Float32Array(2049) },
    ])
      await expect(done(knowledge.put("x", options))).rejects.toMatchObject({ code: "invalid-payload" });
    for (const content of [{ when: new Date() }, [undefined], { a: NaN }, Symbol("x")] as never[])
      await expect(done(knowledge.put(content))).rejects.toMatchObject({ code: "invalid-payload" });
    expect(await done(knowledge.usage())).toMatchObject({ usedBytes: 0, artifactCount: 0 });
    await leave();
  });
});

describe("the quota", () => {
  const small: KnowledgeOptions = { maxBytes: MEGABYTE };

  it("ends what is put, with a clear error, and counts what is common to several once", async () => {
    const { devices, network, done, leave } = await gathering(1, [{ knowledge: small }]);
    const { knowledge, reflections } = devices[0]!.swarm;
    const first = await done(knowledge.put(bytesOf(600_000)));
    const { usedBytes } = await done(knowledge.usage());
    expect(usedBytes).toBeGreaterThan(600_000);
    expect(usedBytes).toBeLessThan(602_000);
    // The first four chunks are there already.
    const longer = new Uint8Array(700_000);
    longer.set(bytesOf(600_000));
    const second = await done(knowledge.put(longer));
    expect((await done(knowledge.usage())).usedBytes).toBeLessThan(900_000);
    await expect(done(knowledge.put(bytesOf(400_000, 2)))).rejects.toMatchObject({
      code: "knowledge-full",
      message: expect.stringMatching(/400\d{3} bytes.* of 917504 /),
    });
    expect(await done(knowledge.list())).toEqual([first, second]);
    await done(knowledge.remove(first.id));
    expect((await done(knowledge.get(second.id))).length).toBe(700_000);
    await done(knowledge.remove(second.id));
    expect((await done(knowledge.usage())).usedBytes).toBe(0);
    await done(knowledge.put(bytesOf(400_000, 2)));
    await done(knowledge.put(bytesOf(515_000, 3)));
    const lesson = "x".repeat(8000);
    await expect(done(reflections.add({ task: "t", outcome: "success", lesson }))).rejects.toMatchObject({
      code: "knowledge-full",
    });
    await network.advance(1000);
    await leave();
  });

  it("of what peers push is theirs alone: it takes nothing from ours, and one author cannot fill it", async () => {
    const { devices, network, done, leave } = await gathering(3, [{ knowledge: small }]);
    const [ada, loud, quiet] = devices as [Device, Device, Device];
    await done(ada.swarm.knowledge.put(bytesOf(800_000)));
    for (let index = 0; index < 40; index++) {
      const lesson = `${index} ${"y".repeat(4000)}`;
      await done(loud.swarm.reflections.add({ task: "spam", outcome: "success", lesson }));
    }
    expect(await done(loud.swarm.reflections.shareSuccess())).toBe(40);
    await network.advance(1000);
    const usage = await done(ada.swarm.knowledge.usage());
    expect(usage.maxReceivedBytes).toBe(MEGABYTE / 8);
    expect(usage.receivedBytes).toBeLessThanOrEqual(usage.maxReceivedBytes / 4);
    expect(usage.reflectionCount).toBe(Math.floor(usage.receivedBytes / (4000 + OVERHEAD)));
    expect(dropped(ada.swarm)["knowledge-full"]).toBeGreaterThanOrEqual(40 - usage.reflectionCount);
    // Others are heard, and ours is all there.
    await done(quiet.swarm.reflections.add({ task: "news", outcome: "success", lesson: "short" }));
    await done(quiet.swarm.reflections.shareSuccess());
    await network.advance(1000);
    expect(viewOf(ada).reflections.map(({ task }) => task)).toContain("news");
    expect((await done(ada.swarm.knowledge.list({ isHere: true }))).length).toBe(1);
    await done(ada.swarm.knowledge.put(bytesOf(50_000, 7)));
    // Those that have no room are not offered again and again.
    const sent = () => loud.swarm.getStats().byType["swarm/reflection-share"]?.messagesSent ?? 0;
    const before = sent();
    await network.advance(600_000);
    expect(sent() - before).toBeLessThan(60);
    await leave();
  });
});

describe("two tabs of one agent", () => {
  it("show the same, also what is private", async () => {
    const network = memoryNetwork();
    const first = await createDevice(network, "agent");
    await first.open();
    const second = network.host("agent", { storage: first.host.storage }).swarm({ identity: first.identity });
    await inTime(network, second.join());
    await network.advance(1000);
    const done = <T>(promise: Promise<T>): Promise<T> => inTime(network, promise);
    await done(second.knowledge.list());
    const artifact = await done(first.swarm.knowledge.put("private", { title: "Private" }));
    const reflection = await done(second.reflections.add({ task: "t", outcome: "failure", lesson: "l" }));
    await network.advance(1000);
    expect(await done(second.knowledge.list())).toEqual([artifact]);
    expect(await done(first.swarm.reflections.list())).toEqual([reflection]);
    expect((await done(second.knowledge.query("private")))[0]?.id).toBe(artifact.id);
    expect(new TextDecoder().decode(await done(second.knowledge.get(artifact.id)))).toBe("private");
    await done(second.knowledge.remove(artifact.id));
    await network.advance(1000);
    expect(await done(first.swarm.knowledge.list())).toEqual([]);
    expect(await done(first.swarm.knowledge.usage())).toEqual(await done(second.knowledge.usage()));
    expect(droppedBy(first)).toEqual({});
    await leaveNothing(network, [first.swarm, second]);
  });
});

describe("storage", () => {
  it("that fails while content is written keeps nothing of it", async () => {
    const storage = memoryStorage();
    let writesLeft = Infinity;
    const failing: Storage = {
      ...storage,
      async write(changes) {
        if (writesLeft-- <= 0) throw new Error("no room on the device");
        return storage.write(changes);
      },
    };
    const network = memoryNetwork();
    const identityOf = await createDevice(network, "agent");
    const swarm = network
      .host("agent", { storage: failing })
      .swarm({ identity: identityOf.identity, witness: { isPersisted: false } });
    await inTime(network, swarm.join());
    await inTime(network, swarm.knowledge.list());
    writesLeft = 2;
    await expect(inTime(network, swarm.knowledge.put(bytesOf(6 * MEGABYTE)))).rejects.toThrow(
      "no room on the device",
    );
    writesLeft = Infinity;
    expect(await inTime(network, swarm.knowledge.usage())).toMatchObject({ usedBytes: 0, artifactCount: 0 });
    await inTime(network, swarm.knowledge.put(bytesOf(MEGABYTE)));
    await leaveNothing(network, [swarm]);
  });

  it("is cleared of what a crash left half written", async () => {
    const storage = memoryStorage();
    let writesLeft = 3;
    const crashing: Storage = {
      ...storage,
      write: async (changes) => (writesLeft-- > 0 ? storage.write(changes) : new Promise(() => undefined)),
    };
    const runtime = { track: <T>(work: Promise<T>): Promise<T> => work };
    const blocks: Block[] = [];
    const cid = await cutContent(
      new Blob([bytesOf(80 * 131_072) as Uint8Array<ArrayBuffer>]),
      runtime,
      (block) => void blocks.push(block),
    );
    void createContents(crashing, "scope").put(cid.toString(), blocks);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await storage.entries("knowledge-blocks")).length).toBe(64);
    const contents = createContents(storage, "scope");
    await contents.load();
    expect(contents.has(cid.toString())).toBe(false);
    expect(await storage.entries("knowledge-blocks")).toEqual([]);
    expect(await storage.entries("knowledge-contents")).toEqual([]);
    await contents.put(cid.toString(), blocks);
    const again = createContents(storage, "scope");
    await again.load();
    expect(again.usedBytes).toBe(contents.usedBytes);
  });

  it("with a damaged block is mended from a peer", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as [Device, Device];
    const content = bytesOf(500_000);
    const { id } = await done(ada.swarm.knowledge.put(content, { share: true }));
    await network.advance(1000);
    await done(bob.swarm.knowledge.get(id));
    const [[key, value]] = (await bob.host.storage.entries("knowledge-blocks")) as [[string, Uint8Array]];
    const damaged = value.slice();
    damaged[0]! ^= 1;
    await bob.host.storage.write([{ collection: "knowledge-blocks", key, value: damaged }]);
    expect(Buffer.compare(await done(bob.swarm.knowledge.get(id)), content)).toBe(0);
    ada.crash();
    await until(network, () => bob.swarm.store.getSnapshot().peers.length === 0, 120_000, 1000);
    expect(Buffer.compare(await done(bob.swarm.knowledge.get(id)), content)).toBe(0);
    await leave();
  });
});

describe("events", () => {
  it("tell of each thing that is new here, once", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as [Device, Device];
    const events = [record(ada.swarm, "knowledge-added"), record(bob.swarm, "knowledge-added")];
    const { id } = await done(ada.swarm.knowledge.put("x", { share: true }));
    await done(ada.swarm.knowledge.share(id));
    await network.advance(100_000);
    expect(events).toEqual([
      [{ kind: "artifact", id, author: ada.agentId, isOwn: true }],
      [{ kind: "artifact", id, author: ada.agentId, isOwn: false }],
    ]);
    await leave();
  });
});
