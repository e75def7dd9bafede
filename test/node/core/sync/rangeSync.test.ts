import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createIdTree, type IdTree } from "../../../../src/core/sync/idTree.js";
import {
  answerClaims,
  joinIds,
  MAX_CLAIM_BYTES,
  MAX_ROUNDS,
  openComparison,
  type RangeAnswer,
  type RangeClaim,
} from "../../../../src/core/sync/rangeSync.js";
import { encodeValue } from "../../../../src/core/wire/payload.js";

// The machine may be busy with other suites.
vi.setConfig({ testTimeout: 60_000 });

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function treeOf(ids: Iterable<string>): IdTree {
  const tree = createIdTree();
  for (const id of ids) tree.add(id);
  return tree;
}

const sorted = (tree: IdTree): readonly string[] => tree.ids("");

interface Cost {
  messages: number;
  bytes: number;
}

/** One comparison: what the opener learns, and what went over the wire. */
function compare(opener: IdTree, other: IdTree): RangeAnswer & Cost {
  const cost: Cost = { messages: 0, bytes: 0 };
  const extra: string[] = [];
  const missing: string[] = [];
  let claims: readonly RangeClaim[] = openComparison(opener);
  for (let round = 0; round < MAX_ROUNDS && claims.length > 0; round++) {
    const reply = answerClaims(other, claims, false);
    if (reply === undefined) throw new Error("The other side refuses honest claims.");
    expect(reply.extra).toEqual([]);
    expect(reply.missing).toEqual([]);
    const answer = answerClaims(opener, reply.claims, true);
    if (answer === undefined) throw new Error("The opener refuses honest claims.");
    for (const sent of [claims, reply.claims]) {
      cost.messages++;
      const { length } = encodeValue(sent);
      cost.bytes += length;
      expect(length).toBeLessThan(MAX_CLAIM_BYTES + 8192);
    }
    extra.push(...answer.extra);
    missing.push(...answer.missing);
    claims = answer.claims;
  }
  expect(claims).toEqual([]);
  return { claims, extra, missing, ...cost };
}

/** Comparisons and exchanges until nothing differs. */
function reconcile(a: IdTree, b: IdTree): Cost & { comparisons: number; moved: number } {
  const total = { messages: 0, bytes: 0, comparisons: 0, moved: 0 };
  for (;;) {
    const { extra, missing, messages, bytes } = compare(a, b);
    total.messages += messages;
    total.bytes += bytes;
    total.comparisons++;
    if (extra.length + missing.length === 0) return total;
    for (const id of extra) expect(b.add(id)).toBe(true);
    for (const id of missing) expect(a.add(id)).toBe(true);
    total.moved += extra.length + missing.length;
  }
}

const anyId = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));
// Long common beginnings: what somebody who searches for hashes could bring about, and far worse.
const closeId = fc
  .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 0, max: 15 }))
  .map(([digits, digit]) => `${"a".repeat(digits)}${digit.toString(16)}`.padEnd(64, "0"));
const ids = fc.uniqueArray(fc.oneof(anyId, closeId), { maxLength: 200, size: "max" });

describe("the tree of ids", () => {
  it("has the fingerprint of its ids, whatever came and went before, in each range", () => {
    fc.assert(
      fc.property(ids, ids, (kept, passing) => {
        const tree = treeOf([...passing, ...kept]);
        const gone = passing.filter((id) => !kept.includes(id));
        for (const id of gone) expect(tree.delete(id)).toBe(true);
        for (const id of gone) expect(tree.delete(id)).toBe(false);
        const fresh = treeOf([...kept].reverse());
        expect(tree.size).toBe(kept.length);
        expect(sorted(tree)).toEqual([...kept].sort());
        for (const prefix of [
          "",
          ...kept.slice(0, 20).flatMap((id) => [1, 2, 5, 64].map((n) => id.slice(0, n))),
        ]) {
          expect(tree.fingerprint(prefix)).toEqual(fresh.fingerprint(prefix));
          expect(tree.ids(prefix)).toEqual([...kept].sort().filter((id) => id.startsWith(prefix)));
          expect(tree.count(prefix)).toBe(tree.ids(prefix).length);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("has another one for other ids, also where these come in pairs or sum up to the same", () => {
    const print = (...of: string[]): string => Buffer.from(treeOf(of).fingerprint("")).toString("hex");
    const id = (digits: string): string => digits.padStart(64, "0");
    const prints = [
      print(),
      print(id("0")),
      print(id("1")),
      print(id("1"), id("2")),
      print(id("0"), id("3")),
      print(id("3")),
    ];
    expect(new Set(prints).size).toBe(prints.length - 1);
    // Two pairs with one sum and one count: ids are hashes, so nobody chooses such.
    expect(prints[3]).toBe(prints[4]);
  });
});

describe("reconciliation", () => {
  it("makes any two sets equal, without sending anything that the other side has", () => {
    fc.assert(
      fc.property(ids, ids, ids, (common, onlyA, onlyB) => {
        const [a, b] = [treeOf([...common, ...onlyA]), treeOf([...common, ...onlyB])];
        const union = sorted(treeOf([...common, ...onlyA, ...onlyB]));
        const difference = 2 * union.length - a.size - b.size;
        const { moved } = reconcile(a, b);
        expect(sorted(a)).toEqual(union);
        expect(sorted(b)).toEqual(union);
        expect(moved).toBe(difference);
      }),
      { numRuns: 80 },
    );
  });

  it.each([0, 1, 10, 100, 1000])("of 10,000 ids costs by what differs: %i differences", (differences) => {
    const common = Array.from({ length: 10_000 - differences }, (_, index) => hash(`common ${index}`));
    const [a, b] = [treeOf(common), treeOf(common)];
    for (let index = 0; index < differences; index++) (index % 2 === 0 ? a : b).add(hash(`own ${index}`));
    const { messages, bytes, moved } = reconcile(a, b);
    expect(moved).toBe(differences);
    expect(sorted(a)).toEqual(sorted(b));
    // The last comparison, which finds nothing, is counted too.
    expect(messages).toBeLessThanOrEqual(differences === 0 ? 2 : 2 + 12);
    expect(bytes).toBeLessThan(100 + 1000 * Math.min(differences, 10) + 400 * Math.max(0, differences - 10));
  });

  it("grows with the size of the sets only by a step for each 16 times", () => {
    const cost = [100, 1600, 25_600].map((size) => {
      const common = Array.from({ length: size }, (_, index) => hash(`common ${index}`));
      const [a, b] = [treeOf(common), treeOf(common)];
      a.add(hash("new"));
      return reconcile(a, b).bytes;
    });
    expect(cost[2]! - cost[0]!).toBeLessThan(800);
  });

  it("of a set with nothing takes few messages, however large it is", () => {
    const everything = Array.from({ length: 10_000 }, (_, index) => hash(`common ${index}`));
    const [full, empty] = [treeOf(everything), treeOf([])];
    expect(compare(full, empty)).toMatchObject({ extra: { length: 10_000 }, messages: 2 });
    expect(reconcile(empty, full).moved).toBe(10_000);
    expect(sorted(empty)).toEqual(sorted(full));
  });

  it("refuses what no honest side claims", () => {
    const tree = treeOf([hash("a")]);
    const id = hash("b");
    const bad: RangeClaim[] = [
      { prefix: "", prints: new Uint8Array(15) },
      { prefix: "", prints: new Uint8Array(32) },
      { prefix: "a".repeat(64), prints: new Uint8Array(256) },
      { prefix: "", ids: new Uint8Array(31) },
      { prefix: "", ids: joinIds([id, id]) },
      { prefix: id.startsWith("0") ? "1" : "0", ids: joinIds([id]) },
    ];
    for (const claim of bad) {
      expect(answerClaims(tree, [claim], true)).toBeUndefined();
      expect(answerClaims(tree, [claim], false)).toBeUndefined();
    }
    const whole: RangeClaim = { prefix: "", ids: new Uint8Array(0) };
    for (const prefix of ["", "a", "abc"])
      for (const isOpener of [true, false])
        expect(answerClaims(tree, [whole, { prefix, prints: new Uint8Array(16) }], isOpener)).toBeUndefined();
    const difference = { prefix: "", mine: joinIds([id]), yours: new Uint8Array(0) };
    expect(answerClaims(tree, [difference], false)).toBeUndefined();
    expect(answerClaims(tree, [difference], true)?.missing).toEqual([id]);
  });

  it("comes to an end with any claims whatever, and never says more than a message holds", () => {
    const anyClaim = fc.oneof(
      fc.record({
        prefix: fc.stringMatching(/^[0-9a-f]{0,63}$/),
        prints: fc
          .constantFrom(16, 256)
          .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
      }),
      fc.uniqueArray(anyId, { maxLength: 20 }).map((list) => ({ prefix: "", ids: joinIds(list) })),
    ) as fc.Arbitrary<RangeClaim>;
    const tree = treeOf(Array.from({ length: 3000 }, (_, index) => hash(`${index}`)));
    fc.assert(
      fc.property(
        fc.uniqueArray(anyClaim, {
          maxLength: 300,
          size: "max",
          selector: ({ prefix }) => prefix.slice(0, 3),
        }),
        fc.boolean(),
        (claims, isOpener) => {
          const answer = answerClaims(tree, claims, isOpener);
          expect(encodeValue(answer?.claims ?? []).length).toBeLessThan(MAX_CLAIM_BYTES + 8192);
        },
      ),
      { numRuns: 30 },
    );
  });
});
