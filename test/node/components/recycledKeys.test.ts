import fc from "fast-check";
import { expect, it } from "vitest";
import { recycledKeys } from "../../../src/components/parts/useRecycledKeys.js";

it("gives each row a key of its own, keeps those of rows that stay, and takes none beyond the longest list", () => {
  const lists = fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 12 }), { maxLength: 12 });
  fc.assert(
    fc.property(lists, (steps) => {
      let keys: ReadonlyMap<number, number> = new Map();
      let longest = 0;
      for (const ids of steps) {
        const next = recycledKeys(keys, ids);
        longest = Math.max(longest, ids.length);
        expect(new Set(ids.map((id) => next.get(id))).size).toBe(ids.length);
        for (const id of ids) {
          expect(next.get(id)).toBeLessThan(longest);
          if (keys.has(id)) expect(next.get(id)).toBe(keys.get(id));
        }
        expect(recycledKeys(next, ids.toReversed())).toBe(next);
        keys = next;
      }
    }),
  );
});
