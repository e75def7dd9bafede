import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/core/bytes.js";
import { fromBase32, toBase32, toHex } from "../../../src/core/bytes.js";
import {
  agentIdOf,
  createPeerId,
  isPeerId,
  isSessionOf,
  publicKeyOf,
} from "../../../src/core/identity/ids.js";
import { decodeMessageFrame, encodeMessageFrame, MAX_FRAME_MESSAGES } from "../../../src/core/wire/frame.js";
import { MAX_MESSAGE_BYTES } from "../../../src/core/wire/frameSizes.js";
import { assertSendable, MAX_TYPE_LENGTH, type MessageContent } from "../../../src/core/wire/message.js";
import { decodeMessage, encodeMessage, hashContext } from "../../../src/core/wire/messageBytes.js";
import { encodeValue } from "../../../src/core/wire/payload.js";

const bytesOf = (limits: fc.IntArrayConstraints): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ size: "max", ...limits }) as fc.Arbitrary<Bytes>;

describe("base32", () => {
  it("reads what it wrote, in the letters of RFC 4648", () => {
    fc.assert(
      fc.property(bytesOf({ maxLength: 80 }), (bytes) => {
        const text = toBase32(bytes);
        expect(text).toMatch(/^[a-z2-7]*$/);
        expect(fromBase32(text)).toEqual(bytes);
      }),
    );
    expect(toBase32(new TextEncoder().encode("foobar"))).toBe("mzxw6ytboi");
    expect(toHex(Uint8Array.of(0, 15, 255))).toBe("000fff");
  });

  it("has one text for each value: any other text is refused", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const bytes = fromBase32(text);
        if (bytes !== undefined) expect(toBase32(bytes)).toBe(text);
      }),
      { numRuns: 5000 },
    );
    // The last letter's spare bits must be zero, and there is no upper case and no padding.
    for (const text of ["ab", "a", "MZ", "mzxw6===", "m1", "mz "]) expect(fromBase32(text)).toBeUndefined();
  });
});

describe("ids", () => {
  const key = bytesOf({ minLength: 32, maxLength: 32 });

  it("of an agent stand for its key", () => {
    fc.assert(
      fc.property(key, (publicKey) => {
        const agentId = agentIdOf(publicKey);
        expect(agentId).toHaveLength(52);
        expect(publicKeyOf(agentId)).toEqual(publicKey);
        expect(publicKeyOf(agentId.toUpperCase())).toBeUndefined();
        expect(publicKeyOf(`${agentId}a`)).toBeUndefined();
        expect(publicKeyOf(agentId.slice(1))).toBeUndefined();
      }),
    );
  });

  it("of a peer belong to its agent and to no other", () => {
    fc.assert(
      fc.property(key, key, bytesOf({ minLength: 7, maxLength: 7 }), (own, other, random) => {
        const agentId = agentIdOf(own);
        const peerId = createPeerId(agentId, () => random);
        expect(isPeerId(peerId)).toBe(true);
        expect(isSessionOf(peerId, agentId)).toBe(true);
        fc.pre(agentIdOf(other).slice(0, 12) !== agentId.slice(0, 12));
        expect(isSessionOf(peerId, agentIdOf(other))).toBe(false);
      }),
    );
  });

  it("are nothing else", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        if (typeof value !== "string" || !/^[a-z2-7]{12}-[a-z2-7]{10}$/.test(value))
          expect(isPeerId(value)).toBe(false);
      }),
    );
    for (const text of ["", "aaaaaaaaaaaa-aaaaaaaaaa\n", "aaaaaaaaaaaa-aaaaaaaaa1", "__proto__"])
      expect(isPeerId(text)).toBe(false);
  });
});

describe("a frame of messages", () => {
  const frame = fc.record({
    signature: bytesOf({ minLength: 64, maxLength: 64 }),
    messages: fc.array(bytesOf({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 20 }),
  });

  it("is read as it was written, also from the middle of a larger buffer", () => {
    fc.assert(
      fc.property(frame, (original) => {
        const bytes = encodeMessageFrame(original);
        expect(decodeMessageFrame(bytes)).toEqual(original);
        const padded = new Uint8Array(bytes.length + 9);
        padded.set(bytes, 5);
        expect(decodeMessageFrame(padded.subarray(5, 5 + bytes.length))).toEqual(original);
      }),
    );
  });

  it("with a byte more or less is refused", () => {
    fc.assert(
      fc.property(frame, fc.nat(), (original, at) => {
        const bytes = encodeMessageFrame(original);
        expect(decodeMessageFrame(bytes.slice(0, at % bytes.length))).toBeUndefined();
        expect(decodeMessageFrame(Uint8Array.from([...bytes, 0]))).toBeUndefined();
      }),
    );
  });

  it("of random bytes never throws, and accounts for every byte", () => {
    const random = bytesOf({ minLength: 67, maxLength: 120 });
    fc.assert(
      fc.property(random, fc.nat(3), (bytes, count) => {
        bytes[0] = 3;
        bytes[65] = 0;
        bytes[66] = count;
        const read = decodeMessageFrame(bytes);
        if (read !== undefined) expect(encodeMessageFrame(read)).toEqual(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it("with claims beyond the limits is refused", () => {
    const signature = new Uint8Array(64);
    const many = encodeMessageFrame({
      signature,
      messages: Array.from({ length: MAX_FRAME_MESSAGES + 1 }, () => Uint8Array.of(1)),
    });
    expect(decodeMessageFrame(many)).toBeUndefined();
    const large = encodeMessageFrame({ signature, messages: [new Uint8Array(MAX_MESSAGE_BYTES + 1)] });
    expect(decodeMessageFrame(large)).toBeUndefined();
    const empty = encodeMessageFrame({ signature, messages: [new Uint8Array(0)] });
    expect(decodeMessageFrame(empty)).toBeUndefined();
    const none = encodeMessageFrame({ signature, messages: [] });
    expect(decodeMessageFrame(none)).toBeUndefined();
    const lying = encodeMessageFrame({ signature, messages: [Uint8Array.of(1, 2, 3)] });
    new DataView(lying.buffer).setUint32(67, 0xffffffff);
    expect(decodeMessageFrame(lying)).toBeUndefined();
  });
});

describe("a message", () => {
  const text = (maxLength: number) =>
    fc.string({ unit: "binary", maxLength }).filter((t) => t.length <= maxLength);
  const metadata = fc.record(
    {
      level: fc.nat(),
      conversation: text(256),
      performative: text(256),
      citations: fc.array(text(20), { maxLength: 64 }),
      trace: text(256),
    },
    { requiredKeys: [] },
  );
  const content: fc.Arbitrary<MessageContent> = fc.record({
    number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    type: text(MAX_TYPE_LENGTH).filter((type) => type.length > 0),
    sentAtMs: fc.nat(),
    payload: fc.oneof(fc.constant(null), fc.integer(), fc.string(), fc.array(fc.integer())),
    metadata: fc.option(metadata, { nil: undefined }),
  });

  it("is read as it was written", () => {
    fc.assert(
      fc.property(content, (original) => {
        assertSendable(original.type, original.payload, original.metadata);
        expect(decodeMessage(encodeMessage(original))).toEqual(original);
      }),
    );
  });

  it("of random or damaged bytes never throws", () => {
    fc.assert(
      fc.property(content, fc.nat(), (original, at) => {
        const bytes = encodeMessage(original);
        bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 + (at % 255));
        decodeMessage(bytes);
        expect(decodeMessage(bytes.subarray(0, at % bytes.length))).toBeUndefined();
      }),
    );
  });

  it.each<[string, unknown]>([
    ["no array", { number: 1 }],
    ["a field too few", [1, 1, "t", 1, null]],
    ["a field too many", [1, 1, "t", 1, null, null, 1]],
    ["a sequence of 0", [1, 0, "t", 1, null, null]],
    ["a fractional sequence", [1, 1.5, "t", 1, null, null]],
    ["a negative number", [-1, 1, "t", 1, null, null]],
    ["an empty type", [1, 1, "", 1, null, null]],
    ["a long type", [1, 1, "t".repeat(MAX_TYPE_LENGTH + 1), 1, null, null]],
    ["a time before the epoch", [1, 1, "t", -1, null, null]],
    ["a text as the time", [1, 1, "t", "now", null, null]],
    ["unknown metadata", [1, 1, "t", 1, null, { isAdmin: true }]],
    ["long metadata", [1, 1, "t", 1, null, { trace: "x".repeat(257) }]],
    ["65 citations", [1, 1, "t", 1, null, { citations: new Array(65).fill("c") }]],
  ])("with %s is refused", (_, value) => {
    expect(decodeMessage(encodeValue(value))).toBeUndefined();
  });

  it("that is too large or has bad metadata cannot be sent, and the error says why", () => {
    const large = { number: 1, sequence: 1, type: "t", sentAtMs: 1, metadata: undefined };
    expect(() => encodeMessage({ ...large, payload: new Uint8Array(MAX_MESSAGE_BYTES) })).toThrow(
      expect.objectContaining({ code: "payload-too-large" }),
    );
    for (const bad of [{ level: -1 }, { level: 0.5 }, { trace: "x".repeat(257) }, { unknown: 1 } as object])
      expect(() => assertSendable("t", null, bad)).toThrow(
        expect.objectContaining({ code: "invalid-payload" }),
      );
    for (const type of ["", "t".repeat(MAX_TYPE_LENGTH + 1)])
      expect(() => assertSendable(type, null, undefined)).toThrow(/1 to 128 characters/);
  });
});

describe("the context of a message", () => {
  const context = fc.record({
    room: fc.string(),
    fromAgent: fc.string(),
    fromPeer: fc.string(),
    toPeer: fc.string(),
    lane: fc.constantFrom("control" as const, "bulk" as const, "datagram" as const),
  });

  it("has another hash as soon as one field differs, also where texts move between fields", () => {
    fc.assert(
      fc.property(context, context, (a, b) => {
        const isSame = JSON.stringify(Object.values(a)) === JSON.stringify(Object.values(b));
        expect(toHex(hashContext(a)) === toHex(hashContext(b))).toBe(isSame);
      }),
    );
    const base = { room: "ab", fromAgent: "c", fromPeer: "d", toPeer: "e", lane: "bulk" } as const;
    const moved = { ...base, room: "a", fromAgent: "bc" };
    expect(toHex(hashContext(base))).not.toBe(toHex(hashContext(moved)));
  });
});
