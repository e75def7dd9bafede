import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/core/bytes.js";
import { decodeMessageFrame, encodeMessageFrame, FrameKind } from "../../../src/core/wire/frame.js";
import { MAX_PACKABLE_BYTES, packLz4, unpackLz4 } from "../../../src/core/wire/lz4.js";
import { createFramePacker, unpackFrame } from "../../../src/core/wire/packedFrame.js";

/** Bytes that repeat themselves as messages do, now and then. */
const repetitive: fc.Arbitrary<Bytes> = fc
  .tuple(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat(5), { maxLength: 300 }),
    fc.uint8Array({ maxLength: 30, size: "max" }),
  )
  .map(([words, picks, tail]) =>
    Uint8Array.from([...picks.flatMap((pick) => [...(words[pick % words.length] as Uint8Array)]), ...tail]),
  );

function pack(input: Uint8Array): Uint8Array | undefined {
  const output = new Uint8Array(input.length + 1000);
  const end = packLz4(input, output, 0);
  return end === undefined ? undefined : output.slice(0, end);
}

describe("packing", () => {
  it("gives back what was packed", () => {
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 3000, size: "max" })), (input) => {
        const packed = pack(input) as Uint8Array;
        expect(unpackLz4(packed, 0, input.length)).toEqual(input);
      }),
      { numRuns: 2000 },
    );
  });

  it("handles runs, long literals and the longest input", () => {
    const noise = Uint8Array.from(
      { length: 5000 },
      (_, at) => (Math.imul(at ^ 0x9e37, 0x85ebca6b) >>> 13) & 255,
    );
    for (const input of [
      new Uint8Array(MAX_PACKABLE_BYTES),
      new Uint8Array(13),
      new Uint8Array(12),
      noise,
      Uint8Array.from([...noise, ...noise]),
    ])
      expect(unpackLz4(pack(input) as Uint8Array, 0, input.length)).toEqual(input);
    expect(pack(new Uint8Array(MAX_PACKABLE_BYTES + 1))).toBeUndefined();
    expect((pack(new Uint8Array(MAX_PACKABLE_BYTES)) as Uint8Array).length).toBeLessThan(300);
  });

  it("reads a block written by hand from the format's description", () => {
    // Three literals "abc", a match of 6 at distance 3, then the last literals "defgh".
    const block = Uint8Array.of(0x32, 97, 98, 99, 3, 0, 0x50, 100, 101, 102, 103, 104);
    expect(new TextDecoder().decode(unpackLz4(block, 0, 14))).toBe("abcabcabcdefgh");
    for (const length of [13, 15, 0]) expect(unpackLz4(block, 0, length)).toBeUndefined();
  });

  it("refuses a match that begins before the beginning, or nowhere", () => {
    const blockWith = (offset: number): Uint8Array => Uint8Array.of(0x10, 97, offset, 0, 0x10, 98);
    expect(unpackLz4(blockWith(1), 0, 6)).toEqual(Uint8Array.of(97, 97, 97, 97, 97, 98));
    for (const offset of [0, 2, 200]) expect(unpackLz4(blockWith(offset), 0, 6)).toBeUndefined();
    expect(unpackLz4(blockWith(2), 5, 6)).toBeUndefined();
  });

  it("never throws on bytes of a stranger, and never reaches before the beginning", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60, size: "max" }),
        fc.nat(200),
        fc.nat(20),
        (block, length, start) => {
          const unpacked = unpackLz4(block, start, length);
          if (unpacked !== undefined) expect(unpacked.subarray(0, start)).toEqual(new Uint8Array(start));
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

const signature = Uint8Array.from({ length: 64 }, (_, at) => at);

const frameOf = (messages: readonly Bytes[]): Bytes => encodeMessageFrame({ signature, messages });

describe("packed frames", () => {
  const talk = Array.from({ length: 40 }, (_, at) =>
    new TextEncoder().encode(JSON.stringify({ kind: "cursor", user: "Ada", x: at * 17, y: at * 5 })),
  );

  it("say the same in fewer bytes", () => {
    const frame = frameOf(talk);
    const packed = createFramePacker().pack(frame);
    expect(packed[0]).toBe(FrameKind.packedMessages);
    expect(packed.length).toBeLessThan(frame.length / 2);
    expect(unpackFrame(packed.slice())).toEqual(frame);
  });

  it("stay as they were where packing does not pay, and are not tried each time", () => {
    const packer = createFramePacker();
    const noise = frameOf([crypto.getRandomValues(new Uint8Array(5000))]);
    expect(packer.pack(noise)).toBe(noise);
    expect(packer.pack(frameOf(talk))[0]).toBe(FrameKind.messages);
    expect(packer.pack(frameOf(talk))[0]).toBe(FrameKind.packedMessages);
  });

  it("that were cut off hold nothing", () => {
    const packed = createFramePacker().pack(frameOf(talk)).slice();
    for (let length = 0; length < packed.length; length++) {
      const unpacked = unpackFrame(packed.slice(0, length));
      if (unpacked !== undefined) expect(decodeMessageFrame(unpacked)).toBeUndefined();
    }
  });

  it("that claim to be larger than a lane carries are refused before anything is unpacked", () => {
    const bomb = new Uint8Array(200).fill(255);
    bomb[0] = FrameKind.packedMessages;
    expect(unpackFrame(bomb)).toBeUndefined();
  });
});
