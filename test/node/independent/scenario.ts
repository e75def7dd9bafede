import type { MessageInfo, SignedMessage, Swarm } from "peerswarm";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { plain } from "./plain.js";
import { recordedSwarm, type Tape } from "./recorder.js";

/** What the library told an app: enough to compare, in JSON. */
export interface Heard {
  readonly by: string;
  readonly id: string;
  readonly type: string;
  readonly from: MessageInfo["from"];
  readonly lane: string;
  readonly sentAtMs: number;
  readonly metadata: unknown;
  readonly payload: unknown;
}

/** A run of the library: who took part, all that went over the links, and what the library made of it. */
export interface Recording {
  readonly room: string;
  /** Agents by the seed of their key, base16. Test keys: they protect nothing. */
  readonly seeds: Readonly<Record<string, string>>;
  /** The agent of each session. */
  readonly agents: Readonly<Record<string, string>>;
  readonly tape: Tape;
  readonly heard: readonly Heard[];
  readonly proofs: readonly SignedMessage[];
  /** Contents of received files and big messages by the root of their Merkle tree, base16. */
  readonly contents: Readonly<Record<string, Uint8Array>>;
  /** Witness logs by session. */
  readonly logs: Readonly<Record<string, string>>;
}

const ROOM = "recorded: räume 🚪";
const LIMIT_MS = 60_000;

const TYPED_ARRAYS = {
  bytes: Uint8Array.of(0, 1, 127, 128, 255),
  int8: Int8Array.of(-128, 127),
  clamped: Uint8ClampedArray.of(0, 255),
  int16: Int16Array.of(-32768, 32767),
  uint16: Uint16Array.of(65535, 1),
  int32: Int32Array.of(-2147483648, 2147483647),
  uint32: Uint32Array.of(4294967295, 1),
  float32: Float32Array.of(1.5, -0, Number.POSITIVE_INFINITY, Number.NaN),
  float64: Float64Array.of(Math.PI, 5e-324, Number.NEGATIVE_INFINITY),
  bigInt64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  bigUint64: BigUint64Array.of(2n ** 64n - 1n, 0n),
  none: new Float64Array(0),
};

const NUMBERS = [
  0, -0, 1, -1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, -32, -33, -128, -129, -32768,
  -32769, -2147483648, -2147483649, 9007199254740991, -9007199254740991, 0.1, -1.5, 1.5e-300, 5e-324,
];

function nested(levels: number): unknown {
  return levels === 0 ? "the end" : levels % 2 === 0 ? [nested(levels - 1)] : { in: nested(levels - 1) };
}

const PAYLOADS: readonly unknown[] = [
  null,
  true,
  false,
  "",
  "äöü 漢字 👩‍🚀 \u0000 \uFEFF e\u0301 \u200d",
  "x".repeat(31),
  "x".repeat(32),
  "x".repeat(256),
  NUMBERS,
  TYPED_ARRAYS,
  nested(30),
  [],
  {},
  Array.from({ length: 20 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key ${index}`, index])),
];

function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

async function inTime<T>(network: MemoryNetwork, promise: Promise<T>): Promise<T> {
  let isPending = true;
  const done = (): void => {
    isPending = false;
  };
  promise.then(done, done);
  const endMs = network.clock.now() + LIMIT_MS;
  await network.settle();
  while (isPending) {
    if (network.clock.now() >= endMs) throw new Error(`Still pending after ${LIMIT_MS} ms.`);
    await network.advance(100);
  }
  return promise;
}

function selfOf(swarm: Swarm): { peerId: string; agentId: string } {
  const { peerId, agentId } = swarm.store.getSnapshot().self;
  if (peerId === undefined || agentId === undefined) throw new Error("The swarm has not joined.");
  return { peerId, agentId };
}

const APP_TYPES = ["chat", "note", "big", "über", "sealed"];

/** Lets two swarms say everything that has a form of its own on the wire. */
export async function record(): Promise<Recording> {
  const network = memoryNetwork({ seed: 7 });
  const tape: Tape = { links: new Map(), frames: [] };
  const seeds = [new Uint8Array(32).fill(0xa1), new Uint8Array(32).fill(0xb2)] as const;
  const options = { room: ROOM, capabilities: ["recording"] };
  const [ada, bob] = await Promise.all([
    recordedSwarm(network.host("ada"), seeds[0], tape, options),
    recordedSwarm(network.host("bob"), seeds[1], tape, options),
  ]);
  const heard: Heard[] = [];
  const proofs: SignedMessage[] = [];
  const contents: Record<string, Uint8Array> = {};
  const listen = (swarm: Swarm, type: string): void => {
    swarm.on(type, (payload, info) => {
      const { id, from, lane, sentAtMs, metadata } = info;
      const { peerId: by } = selfOf(swarm);
      heard.push({
        by,
        id,
        type,
        from,
        lane,
        sentAtMs,
        metadata: plain(metadata ?? null),
        payload: plain(payload),
      });
      if (type === "chat" || type === "über") proofs.push(info.signed());
    });
  };
  for (const type of APP_TYPES) for (const swarm of [ada, bob]) listen(swarm, type);
  bob.onFile(async (offer) => {
    const { contentId, content } = await offer.accept({ into: "memory" });
    contents[contentId] = content;
  });

  await inTime(network, Promise.all([ada.join(), bob.join()]));
  await network.advance(1000);
  const [adaSelf, bobSelf] = [selfOf(ada), selfOf(bob)];

  ada.send(bobSelf.peerId, "chat", "a message that is alone in its frame");
  await network.advance(300);
  for (const lane of ["control", "bulk", "datagram"] as const) {
    for (const payload of PAYLOADS) ada.send(bobSelf.peerId, "chat", payload, { lane });
    await network.advance(300);
  }
  bob.broadcast(
    "über",
    { answer: true },
    {
      level: 2,
      conversation: "c-1",
      performative: "inform",
      citations: ["one", "two"],
      trace: "t-1",
    },
  );
  bob.broadcast("chat", "to be packed ".repeat(200), { lane: "bulk" });
  bob.broadcast("chat", noise(3000, 5), { lane: "bulk" });
  await network.advance(300);
  const letter = { text: "for later", numbers: Float32Array.of(1, 2) };
  await inTime(network, ada.sendReliably(bobSelf.agentId, "note", letter, { expiresMs: 86_400_000 }));
  const said = { bytes: Uint8Array.of(1, 2, 3) };
  ada.send(bobSelf.peerId, "sealed", said, { sealed: true, conversation: "c-2" });
  await network.advance(300);
  const chunkBytes = 4096;
  const file = noise(4 * chunkBytes + 1234, 9);
  await inTime(network, ada.sendFile(bobSelf.peerId, file, { name: "noise.bin", chunkBytes }));
  await inTime(network, ada.sendFile(bobSelf.peerId, new Uint8Array(0), { name: "empty", chunkBytes }));
  await inTime(network, ada.sendLarge(bobSelf.peerId, "big", noise(2 * chunkBytes, 3), { chunkBytes }));
  await network.advance(10_000);

  const logs = {
    [adaSelf.peerId]: await inTime(network, ada.witness.export()),
    [bobSelf.peerId]: await inTime(network, bob.witness.export()),
  };
  await inTime(network, Promise.all([ada.leave(), bob.leave()]));
  await network.advance(1000);
  const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  return {
    room: ROOM,
    seeds: { [adaSelf.agentId]: toHex(seeds[0]), [bobSelf.agentId]: toHex(seeds[1]) },
    agents: { [adaSelf.peerId]: adaSelf.agentId, [bobSelf.peerId]: bobSelf.agentId },
    tape,
    heard,
    proofs,
    contents,
    logs,
  };
}
