import fc from "fast-check";
import type { Link, SwarmError } from "peerswarm";
import { memoryNetwork, type ScriptedPeer, scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { createContentTree } from "../../../../src/core/transfers/contentTree.js";
import { encodeChunkFrame } from "../../../../src/core/wire/chunkFrame.js";
import { dropped, inTime, peersOf, until, watch } from "../support.js";
import { content, member, receiveAll, transfers, watched } from "./support.js";

const CHUNK = 4096;
const ID = "0123456789abcdef0123456789abcdef";
const idBytes = Uint8Array.from({ length: 16 }, (_, index) =>
  Number.parseInt(ID.slice(2 * index, 2 * index + 2), 16),
);

interface Heard {
  readonly type: string;
  readonly payload: Record<string, unknown>;
}

/** A swarm, and a proven member that says whatever a test wants. */
async function withStranger() {
  const network = memoryNetwork({ latencyMs: 5 });
  const bob = member(network.host("bob"));
  const links = new Set<Link>();
  const host = network.host("mallory");
  const heard: Heard[] = [];
  const entering = scriptedPeer(
    { ...host, transport: watched(host.transport, links), runtime: host.runtime },
    {
      onMessage: ({ content: { type, payload } }) =>
        void (
          type.startsWith("swarm/transfer") && heard.push({ type, payload: payload as Heard["payload"] })
        ),
    },
  );
  const mallory = await inTime(network, entering);
  await inTime(network, bob.swarm.join());
  await until(network, () => peersOf(bob.swarm).length === 1);
  const say = async (type: string, payload: unknown): Promise<void> => {
    mallory.broadcast(`swarm/transfer-${type}`, payload);
    await network.settle();
  };
  const sendFrame = async (frame: Uint8Array<ArrayBuffer>): Promise<void> => {
    for (const link of links) if (link.state !== "closed") link.lanes.bulk.send(frame);
    await network.settle();
  };
  const answers = (type: string): Heard["payload"][] =>
    heard.filter((message) => message.type === `swarm/transfer-${type}`).map(({ payload }) => payload);
  return { network, bob: bob.swarm, mallory, say, sendFrame, answers };
}

async function treeOf(bytes: Uint8Array<ArrayBuffer>) {
  const hashes: ArrayBuffer[] = [];
  for (let offset = 0; offset < bytes.length; offset += CHUNK)
    hashes.push(await crypto.subtle.digest("SHA-256", bytes.subarray(offset, offset + CHUNK)));
  return createContentTree(new Uint8Array(await new Blob(hashes).arrayBuffer()));
}

async function offerOf(bytes: Uint8Array<ArrayBuffer>, change: object = {}) {
  const tree = await treeOf(bytes);
  const offer = {
    id: ID,
    kind: "file",
    root: tree.root,
    size: bytes.length,
    chunkBytes: CHUNK,
    name: "x",
    mediaType: null,
    metadata: null,
    ...change,
  };
  const frame = (index: number, data = bytes.subarray(index * CHUNK, (index + 1) * CHUNK)) =>
    encodeChunkFrame(idBytes, index, tree.proof(index), data);
  return { offer, frame, tree };
}

describe("a hostile sender", () => {
  const bytes = content(600 * CHUNK);

  it.each<[string, object]>([
    ["no size", { size: undefined }],
    ["a negative size", { size: -1 }],
    ["half a byte", { size: 0.5 }],
    ["more than can be counted", { size: 2 ** 53 - 1 }],
    ["too many chunks", { size: (2 ** 20 + 1) * CHUNK }],
    ["chunks of nothing", { chunkBytes: 0 }],
    ["tiny chunks", { chunkBytes: 16 }],
    ["huge chunks", { chunkBytes: 1 << 20 }],
    ["half a root", { root: new Uint8Array(16) }],
    ["an id that is none", { id: "../../etc/passwd" }],
    ["an unknown kind", { kind: "program" }],
    ["an endless name", { name: "x".repeat(10_000) }],
    ["bulky metadata", { metadata: "x".repeat(5000) }],
    ["a field too many", { execute: true }],
    ["a message beyond the limit", { kind: "message", name: "report", size: 65 * 1024 * 1024 }],
  ])("that offers %s is not shown to the app", async (_, change) => {
    const { bob, say } = await withStranger();
    const received = receiveAll(bob);
    await say("offer", (await offerOf(bytes, change)).offer);
    expect(dropped(bob)).toEqual({ "invalid-payload": 1 });
    expect(received.offers).toEqual([]);
    expect(transfers(bob)).toEqual([]);
  });

  it("cannot reach a built-in message by a big one", async () => {
    const { bob, say, answers } = await withStranger();
    await say("offer", (await offerOf(bytes, { kind: "message", name: "swarm/goodbye" })).offer);
    expect(answers("end")).toMatchObject([{ outcome: "refused" }]);
    expect(peersOf(bob)).toHaveLength(1);
  });

  it("that floods with offers gets so many open as anyone, and an answer to the rest", async () => {
    const { network, bob, mallory, answers } = await withStranger();
    const offers: string[] = [];
    bob.onFile((offer) => void offers.push(offer.id));
    const { offer } = await offerOf(bytes);
    for (let index = 0; index < 1000; index++)
      mallory.broadcast("swarm/transfer-offer", { ...offer, id: index.toString(16).padStart(32, "0") });
    await network.settle();
    await network.advance(1000);
    expect(offers).toHaveLength(8);
    expect(transfers(bob)).toHaveLength(8);
    expect(answers("end")).toHaveLength(992);
    await network.advance(61_000);
    expect(transfers(bob).every(({ state }) => state === "refused")).toBe(true);
  });

  it("that never sends what was accepted is given up, however often it offers it again", async () => {
    const { network, bob, say } = await withStranger();
    const received = receiveAll(bob);
    const { offer } = await offerOf(bytes);
    for (let minute = 0; minute < 3; minute++) {
      if (received.errors.length === 0) await say("offer", offer);
      await network.advance(60_000);
    }
    await network.advance(120_000);
    expect(received.errors.map(({ code }) => code)).toEqual(["transfer-timeout"]);
  });

  type Send = (given: Awaited<ReturnType<typeof offerOf>>) => Uint8Array<ArrayBuffer>;
  const wrong: [string, Send, string][] = [
    ["a chunk beyond the end", ({ frame }) => renumbered(frame(0), 600), "malformed-chunk"],
    ["a chunk that it has no credit for", ({ frame }) => frame(500), "credit-exceeded"],
    ["a chunk cut short", ({ frame }) => frame(0).slice(0, 2000), "malformed-chunk"],
    ["a chunk that is too long", ({ frame }) => new Uint8Array([...frame(0), 0]), "malformed-chunk"],
    ["no chunk at all", () => Uint8Array.of(4, 1, 2, 3), "malformed-chunk"],
    ["another chunk's data", ({ frame }) => frame(0, content(CHUNK, 9)), "bad-chunk"],
    ["a chunk in the place of another", ({ frame }) => renumbered(frame(1), 0), "bad-chunk"],
  ];
  it.each(wrong)("that sends %s is found out, and nothing of it is written", async (_, send, code) => {
    const { bob, say, sendFrame } = await withStranger();
    const written: Uint8Array[] = [];
    receiveAll(bob, () => new WritableStream({ write: (chunk) => void written.push(chunk) }));
    const given = await offerOf(bytes);
    await say("offer", given.offer);
    await sendFrame(send(given));
    expect(dropped(bob)).toEqual({ [code]: 1 });
    expect(written).toEqual([]);
  });

  it("that goes on with it is closed", async () => {
    const { network, bob, say, sendFrame } = await withStranger();
    receiveAll(bob);
    const { offer, frame } = await offerOf(bytes);
    await say("offer", offer);
    for (let count = 0; count < 8; count++) await sendFrame(frame(500));
    await network.settle();
    expect(peersOf(bob)).toEqual([]);
  });

  it.each<[string, object]>([
    ["larger chunks", { chunkBytes: 2 * CHUNK }],
    ["another size", { size: 599 * CHUNK }],
    ["another root", { root: new Uint8Array(32) }],
  ])("that offers it again with %s cannot change what was accepted", async (_, change) => {
    const { network, bob, say, sendFrame, answers } = await withStranger();
    const received = receiveAll(bob);
    const { offer, frame } = await offerOf(bytes.slice(0, 20 * CHUNK));
    await say("offer", offer);
    await sendFrame(frame(0));
    const before = answers("accept").length;
    await say("offer", { ...offer, metadata: "other", ...change });
    expect(answers("accept")).toHaveLength(before);
    expect(dropped(bob)).toEqual({ "invalid-payload": 1 });
    await say("offer", { ...offer, metadata: "other" });
    for (let index = 1; index < 20; index++) await sendFrame(frame(index));
    await network.advance(500);
    expect(received.files).toMatchObject([{ bytes: 20 * CHUNK, metadata: null }]);
  });

  it("that repeats chunks, or sends what nobody asked for, changes nothing", async () => {
    const { network, bob, say, sendFrame } = await withStranger();
    const received = receiveAll(bob);
    const small = content(5 * CHUNK);
    const { offer, frame } = await offerOf(small);
    await sendFrame(frame(0));
    await say("offer", offer);
    for (const index of [0, 0, 1, 0, 1, 2, 3, 3, 4, 4]) await sendFrame(frame(index));
    await network.advance(500);
    expect(received.files).toHaveLength(1);
    expect(Buffer.compare(received.files[0]?.content as Uint8Array, small)).toBe(0);
    expect(peersOf(bob)).toHaveLength(1);
    expect(dropped(bob)).toEqual({ "stray-chunk": 2, "repeated-chunk": 4 });
  });

  it("that sends any bytes as chunks never gets them written, and throws nothing", async () => {
    const good = content(8 * CHUNK);
    const { offer, frame } = await offerOf(good);
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 6000, size: "max" }).map((tail) => Uint8Array.of(4, ...tail)),
      fc
        .uint8Array({ maxLength: 6000, size: "max" })
        .map((tail) => Uint8Array.of(4, ...idBytes, 0, 0, 0, 0, ...tail)),
      fc
        .tuple(
          fc.integer({ min: 0, max: 7 }),
          fc.integer({ min: 0, max: 20 }),
          fc.integer({ min: 0, max: 4300 }),
        )
        .map(([index, as, length]) => renumbered(frame(index), as).slice(0, length)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(junk, { minLength: 1, maxLength: 12 }), async (frames) => {
        const { network, bob, say, sendFrame } = await withStranger();
        const written: Uint8Array[] = [];
        receiveAll(bob, () => new WritableStream({ write: (chunk) => void written.push(chunk) }));
        await say("offer", offer);
        for (const bytes of frames) if (bytes.length > 0) await sendFrame(bytes);
        await network.advance(1000);
        const whole = Buffer.concat(written);
        expect(Buffer.compare(whole, good.subarray(0, whole.length))).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a hostile receiver", () => {
  async function sendingTo(size: number) {
    const stranger = await withStranger();
    const { network, bob, mallory, answers } = stranger;
    const sending = bob.sendFile(mallory.peerId, content(size), { chunkBytes: CHUNK });
    const outcome = watch(
      sending.then(
        () => "fulfilled",
        (error: SwarmError) => error.code,
      ),
    );
    await until(network, () => answers("offer").length > 0);
    const id = answers("offer")[0]?.id as string;
    return { ...stranger, sending, outcome, id };
  }

  it("that asks from behind the end, or for a negative number, gets nothing", async () => {
    const { network, bob, say, outcome, id } = await sendingTo(10 * CHUNK);
    await say("accept", { id, from: 11, upTo: 20 });
    await say("accept", { id, from: -1, upTo: 5 });
    await say("credit", { id, written: 0, upTo: -5 });
    await say("credit", { id, written: Number.MAX_SAFE_INTEGER, upTo: Number.MAX_SAFE_INTEGER });
    expect(bob.getStats().byLane.bulk.bytesSent).toBe(0);
    expect(dropped(bob)).toEqual({ "invalid-payload": 2 });
    await network.advance(91_000);
    expect(outcome()).toEqual({ value: "transfer-timeout" });
  });

  it("that grants more than there is gets what there is, and no figure of it above the whole", async () => {
    const { bob, say, outcome, id } = await sendingTo(10 * CHUNK);
    await say("accept", { id, from: 0, upTo: Number.MAX_SAFE_INTEGER });
    await say("credit", { id, written: Number.MAX_SAFE_INTEGER, upTo: Number.MAX_SAFE_INTEGER });
    expect(bob.getStats().byLane.bulk.bytesSent).toBeLessThan(10 * CHUNK * 1.1);
    expect(transfers(bob)[0]?.doneBytes).toBeLessThanOrEqual(10 * CHUNK);
    await say("end", { id, side: "receiver", outcome: "failed", reason: "x".repeat(256) });
    expect(outcome()).toEqual({ value: "transfer-failed" });
  });

  it("that asks for the same again and again is given up", async () => {
    const { network, bob, say, outcome, id } = await sendingTo(100 * CHUNK);
    for (let round = 0; round < 40 && outcome() === undefined; round++) {
      await say("accept", { id, from: 0, upTo: 100 });
      await network.advance(200);
    }
    expect(outcome()).toEqual({ value: "transfer-failed" });
    expect(bob.getStats().byLane.bulk.bytesSent).toBeLessThan((4 * 100 + 1024 + 100) * CHUNK * 1.1);
  });

  it("cannot speak for another one", async () => {
    const { network, bob, outcome, id } = await sendingTo(10 * CHUNK);
    const eve: ScriptedPeer = await inTime(network, scriptedPeer(network.host("eve")));
    await until(network, () => peersOf(bob).length === 2);
    eve.broadcast("swarm/transfer-accept", { id, from: 0, upTo: 10 });
    eve.broadcast("swarm/transfer-end", { id, side: "receiver", outcome: "done", reason: null });
    await network.settle();
    expect(outcome()).toBeUndefined();
    expect(bob.getStats().byLane.bulk.bytesSent).toBe(0);
  });
});

/** The same frame, said to be of another chunk. */
function renumbered(frame: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
  const copy = frame.slice();
  new DataView(copy.buffer).setUint32(17, index);
  return copy;
}
