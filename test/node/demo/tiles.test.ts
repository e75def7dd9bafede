import fc from "fast-check";
import { expect, it } from "vitest";
import { splitWork } from "../../../demo/work/tiles.js";

it("cuts an image into tiles so that each pixel is in exactly one", () => {
  const length = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(length, length, fc.integer({ min: 1, max: 70 }), (width, height, side) => {
      const seen = new Uint8Array(width * height);
      for (const tile of splitWork(width, height, side)) {
        expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(side);
        for (let y = tile.y; y < tile.y + tile.height; y++)
          for (let x = tile.x; x < tile.x + tile.width; x++) seen[y * width + x]!++;
      }
      expect(seen.every((count) => count === 1)).toBe(true);
    }),
  );
});
