import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, toHex } from "../../../src/core/bytes.js";
import { hashLeaf, merkleProof, merkleRoot, rootFromProof } from "../../../src/core/wire/merkle.js";

const EMPTY = new Uint8Array();
const leavesOf = (count: number): Bytes[] =>
  Array.from({ length: count }, (_, at) => hashLeaf(EMPTY, Uint8Array.of(at >> 8, at & 255)));

const sha256 = (...parts: Uint8Array[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The tree's head as RFC 9162, section 2.1.1, defines it: split at the largest power of two. */
function headByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return sha256(Uint8Array.of(1), headByDefinition(left), headByDefinition(right));
}

const size = fc.integer({ min: 1, max: 300 });

describe("the Merkle tree", () => {
  it("has the root that RFC 9162 defines", () => {
    fc.assert(
      fc.property(size, (count) => {
        const leaves = leavesOf(count);
        expect(toHex(merkleRoot(leaves))).toBe(toHex(headByDefinition(leaves)));
      }),
    );
    expect(toHex(hashLeaf(EMPTY, Uint8Array.of(7)))).toBe(toHex(sha256(Uint8Array.of(0, 7))));
  });

  it("leads from every leaf to the root, in as many steps as the tree is high at most", () => {
    for (let count = 1; count <= 70; count++) {
      const leaves = leavesOf(count);
      const root = toHex(merkleRoot(leaves));
      leaves.forEach((leaf, index) => {
        const proof = merkleProof(leaves, index);
        expect(toHex(rootFromProof(leaf, proof))).toBe(root);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
      });
    }
  });

  it("leads nowhere else: not from another leaf, not with a step changed, swapped or dropped", () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (count, first, second) => {
        fc.pre(count > 1);
        const leaves = leavesOf(count);
        const [index, other] = [first % count, second % count];
        const root = toHex(merkleRoot(leaves));
        const leaf = leaves[index] as Bytes;
        const proof = merkleProof(leaves, index);
        if (other !== index) expect(toHex(rootFromProof(leaves[other] as Bytes, proof))).not.toBe(root);
        const at = second % proof.length;
        const dropped = proof.filter((_, position) => position !== at);
        const swapped = proof.map((step, position) =>
          position === at ? { ...step, isLeft: !step.isLeft } : step,
        );
        const changed = proof.map((step, position) => {
          if (position !== at) return step;
          const hash = step.hash.slice();
          hash[first % 32] = (hash[first % 32] as number) ^ 1;
          return { ...step, hash };
        });
        for (const forged of [dropped, swapped, changed])
          expect(toHex(rootFromProof(leaf, forged))).not.toBe(root);
      }),
    );
  });

  it("has another root when leaves are changed, moved, added, removed or doubled", () => {
    fc.assert(
      fc.property(size, fc.nat(), (count, seed) => {
        const leaves = leavesOf(count);
        const at = seed % count;
        const last = leaves.at(-1) as Bytes;
        const others = [
          [...leaves, last],
          [...leaves, hashLeaf(EMPTY, Uint8Array.of(9, 9, 9))],
          leaves.map((leaf, index) => (index === at ? hashLeaf(Uint8Array.of(1), leaf) : leaf)),
        ];
        if (count > 1) others.push(leaves.slice(1), [...leaves.slice(1), leaves[0] as Bytes]);
        const roots = [leaves, ...others].map((each) => toHex(merkleRoot(each)));
        expect(new Set(roots).size).toBe(roots.length);
      }),
    );
  });

  it("never takes an inner node for a leaf", () => {
    const leaves = leavesOf(2);
    const node = new Uint8Array([...(leaves[0] as Bytes), ...(leaves[1] as Bytes)]);
    expect(toHex(hashLeaf(EMPTY, node))).not.toBe(toHex(merkleRoot(leaves)));
  });

  it("needs a leaf", () => {
    expect(() => merkleRoot([])).toThrow(RangeError);
  });
});
