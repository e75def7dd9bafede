import { ristretto255 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, concatBytes, toHex, utf8 } from "../../../src/core/bytes.js";
import {
  type CpaceInputs,
  cpace,
  generatorString,
  isLarger,
  multiplyShare,
  orderedTranscript,
  sampleScalar,
  sessionKey,
} from "../../../src/core/secret/cpace.js";
import { lengthValue } from "../../../src/core/secret/lengthValue.js";
import { secretBytes } from "../../../src/core/secret/roomSecret.js";

const hex = (text: string): Bytes => Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));

// draft-irtf-cfrg-cpace-21, appendix "Test vector for CPace using group ristretto255 and hash SHA-512".
const INPUTS: CpaceInputs = {
  secret: utf8("Password"),
  channel: hex("0b415f696e69746961746f720b425f726573706f6e646572"),
  session: hex("7e4b4791d6a8ef019b936c79fb7f2c57"),
};
const A = {
  scalar: hex("da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08"),
  share: hex("d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157"),
  associated: utf8("ADa"),
};
const B = {
  scalar: hex("d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d"),
  share: hex("3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258"),
  associated: utf8("ADb"),
};
const SECRET_POINT = "80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f";
// prepend_len of DSI, PRS and 100 bytes of padding.
const GENERATOR_STRING = `11435061636552697374726574746f3235350850617373776f726464${"00".repeat(100)}`;

describe("CPace on ristretto255 agrees with the vectors of draft-irtf-cfrg-cpace-21", () => {
  it("in its strings", () => {
    expect(toHex(lengthValue(utf8("1234"), utf8("5"), utf8(""), utf8("678")))).toBe(
      "043132333401350003363738",
    );
    const range = (count: number): Bytes => Uint8Array.from({ length: count }, (_, index) => index);
    expect(toHex(lengthValue(range(127))).slice(0, 6)).toBe("7f0001");
    expect(toHex(lengthValue(range(128))).slice(0, 8)).toBe("80010001");
    const string = toHex(generatorString(INPUTS));
    expect(string.length / 2).toBe(170);
    expect(string).toBe(`${GENERATOR_STRING}18${toHex(INPUTS.channel)}10${toHex(INPUTS.session)}`);
  });

  it("in the order of a transcript", () => {
    const zero = hex("00");
    expect(isLarger(zero, hex("0000"))).toBe(false);
    expect(isLarger(hex("01"), hex("0000"))).toBe(true);
    expect(isLarger(hex("0000"), zero)).toBe(true);
    expect(isLarger(hex("0000"), hex("01"))).toBe(false);
    expect(isLarger(hex("0001"), hex("01"))).toBe(false);
    expect(isLarger(utf8("ABCD"), utf8("BCD"))).toBe(false);
    const party = (share: string, associated: string) => ({
      share: utf8(share),
      associated: utf8(associated),
    });
    expect(toHex(orderedTranscript(party("123", "PartyA"), party("234", "PartyB")))).toBe(
      "6f6303323334065061727479420331323306506172747941",
    );
    expect(toHex(orderedTranscript(party("3456", "PartyA"), party("2345", "PartyB")))).toBe(
      "6f63043334353606506172747941043233343506506172747942",
    );
  });

  it("in shares, secret point and session key", () => {
    expect(toHex(cpace.begin(INPUTS, () => A.scalar).share)).toBe(toHex(A.share));
    expect(toHex(cpace.begin(INPUTS, () => B.scalar).share)).toBe(toHex(B.share));
    const [a, b] = [sampleScalar(() => A.scalar), sampleScalar(() => B.scalar)];
    expect(toHex(multiplyShare(a, B.share) as Bytes)).toBe(SECRET_POINT);
    expect(toHex(multiplyShare(b, A.share) as Bytes)).toBe(SECRET_POINT);
    for (const transcript of [orderedTranscript(A, B), orderedTranscript(B, A)]) {
      expect(toHex(sessionKey(INPUTS.session, hex(SECRET_POINT), transcript))).toBe(
        `544199d71f62f8d9a1fee55727e24fe4a45844593c2b6013c4fa3969d0e5debb
         2244675c0b43397cbb68d342b01fc0f98fc961469a25134de9f0f813c1a57476`.replace(/\s/g, ""),
      );
    }
  });

  it("in multiplying, and in what it refuses", () => {
    const scalar = sampleScalar(() =>
      hex("7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05"),
    );
    const point = "2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c";
    expect(toHex(multiplyShare(scalar, hex(point)) as Bytes)).toBe(
      "7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e",
    );
    expect(multiplyShare(scalar, hex(`2b${point.slice(2)}`))).toBeUndefined();
    expect(multiplyShare(scalar, new Uint8Array(32))).toBeUndefined();
  });
});

let seed = 1;
const random = (count: number): Bytes =>
  Uint8Array.from({ length: count }, (_, at) => (seed++ * 131 + at * 17) & 255);
const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength, size: "max" });
const inputs = fc.record({ secret: bytes(1, 200), channel: bytes(0, 40), session: bytes(1, 40) });

function run(
  a: CpaceInputs,
  b: CpaceInputs,
  change: { share?: (share: Bytes) => Bytes; other?: Bytes } = {},
) {
  const [first, second] = [cpace.begin(a, random), cpace.begin(b, random)];
  const [ada, bob] = [utf8("ada's hello"), utf8("bob's hello")];
  const sent = change.share?.(first.share) ?? first.share;
  return {
    first: first.finish(ada, { share: second.share, associated: change.other ?? bob }),
    second: second.finish(bob, { share: sent, associated: ada }),
  };
}

describe("a run of CPace", () => {
  it("confirms the same inputs to both sides, with different proofs each way", () => {
    fc.assert(
      fc.property(inputs, (same) => {
        const { first, second } = run(same, same);
        expect(toHex(first?.own as Bytes)).toBe(toHex(second?.expected as Bytes));
        expect(toHex(second?.own as Bytes)).toBe(toHex(first?.expected as Bytes));
        expect(toHex(first?.own as Bytes)).not.toBe(toHex(first?.expected as Bytes));
      }),
      { numRuns: 15 },
    );
  });

  it("confirms nothing where secret, channel, session or hello differ by a bit", () => {
    const part = fc.constantFrom("secret" as const, "channel" as const, "session" as const, "hello" as const);
    fc.assert(
      fc.property(inputs, part, fc.nat(), (same, which, at) => {
        const flipped = (value: Uint8Array): Bytes => {
          const copy = new Uint8Array(value.length === 0 ? [0] : value);
          const bit = at % (copy.length * 8);
          copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
          return copy;
        };
        const other = which === "hello" ? same : { ...same, [which]: flipped(same[which]) };
        const { first, second } = run(
          same,
          other,
          which === "hello" ? { other: flipped(utf8("bob's hello")) } : {},
        );
        expect(toHex(first?.own as Bytes)).not.toBe(toHex(second?.expected as Bytes));
        expect(toHex(second?.own as Bytes)).not.toBe(toHex(first?.expected as Bytes));
      }),
      { numRuns: 25 },
    );
  });

  it("never throws at a share of random bytes, and confirms none that was changed on the way", () => {
    fc.assert(
      fc.property(inputs, bytes(0, 64), fc.nat(255), (same, noise, bit) => {
        const flip = (share: Bytes): Bytes => {
          const copy = share.slice();
          copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
          return copy;
        };
        for (const share of [() => new Uint8Array(noise), flip]) {
          const { first, second } = run(same, same, { share });
          if (second !== undefined) expect(toHex(second.expected)).not.toBe(toHex(first?.own as Bytes));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("refuses the neutral element, every encoding of low order and what is no encoding", () => {
    const begun = cpace.begin(INPUTS, random);
    const p = (1n << 255n) - 19n;
    const encode = (value: bigint): Bytes =>
      Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
    const root = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;
    const shares = [0n, 1n, p - 1n, p, p + 1n, 1n << 255n, root, p - root].map(encode);
    for (const share of [...shares, new Uint8Array(31), new Uint8Array(33), new Uint8Array(32).fill(255)]) {
      expect(begun.finish(utf8("a"), { share, associated: utf8("b") })).toBeUndefined();
    }
    const honest = new Uint8Array(ristretto255.Point.BASE.toBytes());
    expect(begun.finish(utf8("a"), { share: honest, associated: utf8("b") })).toBeDefined();
  });
});

describe("a room's secret", () => {
  it("is the same text from every keyboard, and the same as its bytes", () => {
    expect(secretBytes("Ame\u0301lie\u00a0x")).toEqual(utf8("Am\u00e9lie x"));
    expect(secretBytes(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
    expect(secretBytes("abc")).toEqual(secretBytes(utf8("abc")));
    expect(secretBytes("a ")).not.toEqual(secretBytes("a"));
  });

  it("has a length", () => {
    for (const none of ["", new Uint8Array(), "x".repeat(1025)])
      expect(() => secretBytes(none)).toThrow(expect.objectContaining({ code: "invalid-option" }));
    expect(concatBytes(secretBytes("x".repeat(1024)))).toHaveLength(1024);
  });
});
