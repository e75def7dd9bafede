import { sha256 as reference } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, toHex } from "../../../src/core/bytes.js";
import { createSha256, sha256, sha256Tagged } from "../../../src/core/sha256.js";

const lengths = [
  0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1000, 1013, 1014, 1015, 1016, 5000, 70_000,
];

describe("SHA-256", () => {
  it("has the values of FIPS 180-4", () => {
    expect(toHex(sha256(new TextEncoder().encode("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(toHex(sha256(new Uint8Array()))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  it("is another implementation's at every edge of a block", () => {
    for (const length of lengths) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 255);
      expect(sha256(bytes)).toEqual(reference(bytes));
      const context = bytes.slice(0, 32);
      expect(sha256Tagged(7, context, bytes)).toEqual(
        reference(concatBytes(Uint8Array.of(7), context, bytes)),
      );
    }
  });

  it("does not depend on the pieces in which bytes come", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300, size: "max" }), { maxLength: 20 }), (pieces) => {
        const hash = createSha256();
        for (const piece of pieces) hash.update(piece);
        expect(hash.digest()).toEqual(reference(concatBytes(...pieces)));
      }),
      { numRuns: 500 },
    );
  });
});
