import { randomBytes } from "node:crypto";
import { type SignedMessage, type Swarm, verifySignedMessage } from "peerswarm";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { hex, join, Refusal } from "../../independent/bytes.js";
import { writeSealedLetter } from "../../independent/letters.js";
import { packed } from "../../independent/lz4.js";
import { neighboursOf } from "../../independent/merkle.js";
import { packValue } from "../../independent/messagePack.js";
import {
  leavesOf,
  type Message,
  readCredit,
  signMessages,
  verifyFrame,
  writeFrame,
  writePackedFrame,
} from "../../independent/messages.js";
import { sealMessage } from "../../independent/sealing.js";
import { writeTransfer } from "../../independent/transfers.js";
import { agentOf, dropped, gather, hear, idOf, payloads, view } from "../core/support.js";
import { type Client, connect } from "./client.js";

const ROOM = "peerswarm-default";

interface Meeting {
  readonly network: MemoryNetwork;
  readonly swarm: Swarm;
  readonly client: Client;
}

async function meet(): Promise<Meeting> {
  const network = memoryNetwork();
  const swarm = network.swarm({ name: "ada" });
  await gather(network, [swarm]);
  const client = await connect(network, network.host("stranger"), ROOM, idOf(swarm));
  return { network, swarm, client };
}

/** What was dropped of the client's; its dialling at the same time is no matter. */
function droppedOf(swarm: Swarm): Record<string, number> {
  const { "connect:dial-rejected": _, ...counts } = dropped(swarm);
  return counts;
}

/** What came from the swarm, verified and read. */
function heardBy(client: Client, swarm: Swarm): Message[] {
  const own = { room: ROOM, fromAgent: agentOf(swarm), fromPeer: idOf(swarm), toPeer: client.peerId };
  return client.received
    .filter(({ bytes }) => bytes[0] === 3 || bytes[0] === 6)
    .flatMap(({ lane, bytes }) => verifyFrame(bytes, { ...own, lane }));
}

describe("a client written from docs/protocol.md", () => {
  it("is taken for a member", async () => {
    const { swarm, client } = await meet();
    expect(view(swarm, client.peerId)).toMatchObject({ state: "connected", agentId: client.agentId });
    expect(droppedOf(swarm)).toEqual({});
    expect(heardBy(client, swarm).map(({ type }) => type)).toEqual(["swarm/sync-request", "swarm/heartbeat"]);
  });

  it("is heard on every lane, in plain and in packed frames", async () => {
    const { network, swarm, client } = await meet();
    const heard = hear(swarm);
    const payload = {
      text: "äöü 🚪",
      numbers: [0, -1, -33, 255, 65536, 2 ** 40, -(2 ** 40), 0.1],
      bytes: Uint8Array.of(1, 2, 3),
      floats: Float32Array.of(1.5, -0),
      big: BigUint64Array.of(2n ** 64n - 1n),
    };
    for (const lane of ["control", "bulk", "datagram"] as const) {
      client.send(lane, { payload }, { payload: [lane] }, { payload: "x".repeat(40_000) });
      const messages = client.write(lane, { payload: "packed ".repeat(200) }, { payload: null });
      const signature = signMessages(messages, client.contextOn(lane), client.sign);
      client.sendBytes(lane, writePackedFrame(messages, signature, packed));
      await network.settle();
      expect(payloads(heard.splice(0))).toEqual([
        payload,
        [lane],
        "x".repeat(40_000),
        "packed ".repeat(200),
        null,
      ]);
    }
    expect(droppedOf(swarm)).toEqual({});
  });

  it("signs messages that others verify one by one", async () => {
    const { client } = await meet();
    const context = client.contextOn("bulk");
    const messages = client.write("bulk", ...Array.from({ length: 5 }, (_, payload) => ({ payload })));
    const signature = signMessages(messages, context, client.sign);
    const leaves = leavesOf(context, messages);
    for (const [index, message] of messages.entries()) {
      const signed = { context, message, proof: neighboursOf(leaves, index), signature } as SignedMessage;
      expect(await verifySignedMessage(signed)).toMatchObject({ payload: index, sequence: index + 1 });
      const elsewhere = { ...signed, context: { ...context, room: "another" } } as SignedMessage;
      expect(await verifySignedMessage(elsewhere)).toBeUndefined();
    }
  });

  it("is not heard where it signs for another lane, receiver or room", async () => {
    const { network, swarm, client } = await meet();
    const heard = hear(swarm);
    const context = client.contextOn("control");
    for (const change of [{ lane: "bulk" as const }, { toPeer: client.peerId }, { room: "another" }]) {
      const messages = client.write("control", { payload: 1 });
      const signature = signMessages(messages, { ...context, ...change }, client.sign);
      client.sendBytes("control", writeFrame(messages, signature));
    }
    await network.settle();
    expect(heard).toEqual([]);
    expect(droppedOf(swarm)).toEqual({ "bad-signature": 3 });
  });

  it("seals a letter that the receiver opens and answers", async () => {
    const { network, swarm, client } = await meet();
    const heard = hear(swarm, "note");
    const writtenAtMs = network.clock.now();
    const letter = {
      id: hex(randomBytes(16)),
      type: "note",
      room: ROOM,
      from: client.agentId,
      to: agentOf(swarm),
      sequence: writtenAtMs,
      writtenAtMs,
      expiresAtMs: writtenAtMs + 60_000,
      payload: { text: "sealed" },
    };
    const sealed = writeSealedLetter(letter, client.hello.sealing as Uint8Array, client.sign);
    client.send("control", { type: "swarm/mail", payload: { after: 0, letter: sealed } });
    await network.advance(1000);
    expect(payloads(heard)).toEqual([{ text: "sealed" }]);
    expect(heardBy(client, swarm).at(-1)).toMatchObject({
      type: "swarm/mail-mark",
      payload: { of: writtenAtMs, mark: writtenAtMs, refused: null },
    });
  });

  it("seals a message that only the receiver reads", async () => {
    const { network, swarm, client } = await meet();
    const heard = hear(swarm);
    const context = { room: ROOM, from: client.agentId, to: agentOf(swarm), id: hex(randomBytes(16)) };
    const said = { type: "chat", payload: { text: "for you" }, metadata: { level: 2 } };
    const payload = sealMessage(said, context, client.hello.sealing as Uint8Array);
    client.send("control", { type: "swarm/sealed", payload });
    await network.advance(1000);
    expect(heard).toMatchObject([{ payload: said.payload, info: { type: "chat", metadata: said.metadata } }]);
  });

  it("sends a file that the receiver checks chunk by chunk", async () => {
    const { network, swarm, client } = await meet();
    const received: Uint8Array[] = [];
    swarm.onFile(async (offer) => void received.push((await offer.accept({ into: "memory" })).content));
    const content = Uint8Array.from(randomBytes(5 * 4096 + 77));
    const { offer, frames } = writeTransfer(hex(randomBytes(16)), content, 4096);
    const description = { kind: "file", name: "a", mediaType: null, metadata: null };
    client.send("control", { type: "swarm/transfer-offer", payload: { ...offer, ...description } });
    await network.advance(1000);
    expect(heardBy(client, swarm).at(-1)).toMatchObject({
      type: "swarm/transfer-accept",
      payload: { id: offer.id, from: 0, upTo: 6 },
    });
    for (const frame of frames) client.sendBytes("bulk", frame);
    await network.advance(1000);
    expect(received).toEqual([content]);
    expect(heardBy(client, swarm).at(-1)).toMatchObject({
      type: "swarm/transfer-end",
      payload: { id: offer.id, side: "receiver", outcome: "done" },
    });
  });

  it("is told what was worked off", async () => {
    const { network, swarm, client } = await meet();
    hear(swarm);
    let sent = 0;
    for (let round = 0; round < 3; round++) {
      const messages = client.write("bulk", { payload: new Uint8Array(100 * 1024) });
      const frame = writeFrame(messages, signMessages(messages, client.contextOn("bulk"), client.sign));
      sent += frame.length;
      client.sendBytes("bulk", frame);
    }
    await network.settle();
    const credits = client.received.filter(({ bytes }) => bytes[0] === 5);
    expect(credits.every(({ lane }) => lane === "control")).toBe(true);
    expect(readCredit(credits.at(-1)!.bytes)).toEqual({ lane: "bulk", bytes: BigInt(sent) });
  });
});

function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = 0xcb;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}

function nest(levels: number): unknown {
  return levels === 0 ? 1 : [nest(levels - 1)];
}

const NIL = Uint8Array.of(0xc0);
const ONE = Uint8Array.of(1);

/** A message, part by part as bytes. */
function parts(change: { type?: string; time?: Uint8Array; payload?: Uint8Array; metadata?: Uint8Array }) {
  const { type = "chat", time = packValue(1000), payload = ONE, metadata = NIL } = change;
  return join(Uint8Array.of(0x96, 1, 1), packValue(type), time, payload, metadata);
}

const payload = (bytes: Uint8Array | readonly number[]): Uint8Array =>
  parts({ payload: Uint8Array.from(bytes) });
const metadata = (value: unknown): Uint8Array => parts({ metadata: packValue(value) });
const a = packValue("a");

describe("what is on the edge of the document", () => {
  it.each<[name: string, message: Uint8Array, isTaken: boolean]>([
    ["an integer longer than it must be", payload([0xcf, 0, 0, 0, 0, 0, 0, 0, 1]), true],
    ["text with a length longer than it must be", payload([0xdb, 0, 0, 0, 1, 65]), true],
    ["a whole number as a float", payload(float64(5)), true],
    ["a float of 32 bits", payload([0xca, 0x3f, 0xc0, 0, 0]), true],
    ["minus zero", payload(float64(-0)), true],
    ["2^53 - 1", payload([0xcf, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), true],
    ["2^53", payload([0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0]), false],
    ["2^60 as a float", payload(float64(2 ** 60)), false],
    ["1e300", payload(float64(1e300)), false],
    ["not a number", payload(float64(Number.NaN)), false],
    ["a key twice", payload(join(Uint8Array.of(0x82), a, ONE, a, Uint8Array.of(2))), true],
    ["the key __proto__", payload(join(Uint8Array.of(0x81), packValue("__proto__"), ONE)), false],
    ["a key that is a number", payload([0x81, 1, 1]), false],
    ["text that is not UTF-8", payload([0xa1, 0xff]), true],
    ["text with a byte order mark", payload(packValue("\uFEFFx")), true],
    ["a time stamp of MessagePack's own", payload([0xd6, 0xff, 0, 0, 0, 1]), false],
    ["an extension type that is not ours", payload([0xd4, 11, 0]), false],
    ["a typed array of fixed length", payload([0xd4, 1, 7]), true],
    ["a typed array that is cut", payload([0xc7, 3, 3, 1, 2, 3]), false],
    ["the byte that begins nothing", payload([0xc1]), false],
    ["a byte more", join(parts({}), ONE), false],
    ["no message at all", new Uint8Array(), false],
    ["33 levels below the message's", payload(packValue(nest(33))), true],
    ["an empty one below those", payload(packValue(JSON.parse("[".repeat(34) + "]".repeat(34)))), true],
    ["34 levels below the message's", payload(packValue(nest(34))), false],
    ["100,128 values", payload(packValue(new Array(100_121).fill(1))), true],
    ["100,129 values", payload(packValue(new Array(100_122).fill(1))), false],
    ["a time between two milliseconds", parts({ time: float64(1000.5) }), true],
    ["a time before 1970", parts({ time: packValue(-1) }), false],
    ["no type", parts({ type: "" }), false],
    ["a type of 129 characters", parts({ type: "x".repeat(129) }), false],
    ["empty metadata", metadata({}), true],
    ["level 0", metadata({ level: 0 }), true],
    ["level 2.5", metadata({ level: 2.5 }), false],
    ["level -1", metadata({ level: -1 }), false],
    ["metadata of another name", metadata({ other: 1 }), false],
    ["metadata that is nil", metadata({ trace: null }), false],
    ["metadata of 256 characters", metadata({ conversation: "x".repeat(256) }), true],
    ["metadata of 257 characters", metadata({ conversation: "x".repeat(257) }), false],
    ["64 citations", metadata({ citations: new Array(64).fill("x") }), true],
    ["65 citations", metadata({ citations: new Array(65).fill("x") }), false],
  ])("%s is judged by the library as by the verifier", async (_name, message, isTaken) => {
    const { network, swarm, client } = await meet();
    const heard = hear(swarm);
    const context = client.contextOn("control");
    const frame = writeFrame([message], signMessages([message], context, client.sign));
    client.sendBytes("control", frame);
    await network.settle();
    if (isTaken) expect(verifyFrame(frame, context).map((read) => read.payload)).toEqual(payloads(heard));
    else expect(() => verifyFrame(frame, context)).toThrow(Refusal);
    expect({ heard: heard.length, refused: Object.keys(droppedOf(swarm)).length }).toEqual(
      isTaken ? { heard: 1, refused: 0 } : { heard: 0, refused: 1 },
    );
  });

  it.each([
    [4096, true],
    [4097, false],
    [0, false],
  ])("a frame of %i messages is taken: %s", async (count, isTaken) => {
    const { network, swarm, client } = await meet();
    const heard = hear(swarm);
    const messages = client.write("control", ...new Array(count).fill({ payload: 1 }));
    const context = client.contextOn("control");
    const signature = count === 0 ? new Uint8Array(64) : signMessages(messages, context, client.sign);
    const frame = writeFrame(messages, signature);
    client.sendBytes("control", frame);
    await network.advance(1000);
    expect(heard.length).toBe(isTaken ? count : 0);
    if (isTaken) expect(verifyFrame(frame, context)).toHaveLength(count);
    else expect(() => verifyFrame(frame, context)).toThrow(Refusal);
  });
});
