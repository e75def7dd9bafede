import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstPlace, grownBy, LEAST_PLACE, movedBy, placeWithin } from "../../../src/devtools/place.js";

const viewports = fc.record({
  width: fc.integer({ min: 1, max: 6000 }),
  height: fc.integer({ min: 1, max: 4000 }),
});
const pixels = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const places = fc.record({ left: pixels, top: pixels, width: pixels, height: pixels });

describe("the place of a floating window", () => {
  it("lies within the viewport, as large as it can be read if there is room", () => {
    fc.assert(
      fc.property(viewports, places, (viewport, place) => {
        const { left, top, width, height } = placeWithin(viewport, place);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(viewport.width);
        expect(top + height).toBeLessThanOrEqual(viewport.height);
        expect(width).toBeGreaterThanOrEqual(Math.min(LEAST_PLACE.width, viewport.width));
        expect(height).toBeGreaterThanOrEqual(Math.min(LEAST_PLACE.height, viewport.height));
      }),
    );
  });

  it("stays as it is where it lies within already", () => {
    fc.assert(
      fc.property(viewports, places, (viewport, place) => {
        const within = placeWithin(viewport, place);
        expect(placeWithin(viewport, within)).toEqual(within);
      }),
    );
  });

  it("begins at the lower right", () => {
    const { left, top, width, height } = firstPlace({ width: 1280, height: 800 });
    expect([left + width, top + height]).toEqual([1264, 784]);
  });

  it("moves with its size, and grows at its place", () => {
    const place = { left: 10, top: 20, width: 400, height: 300 };
    expect(movedBy(place, 5, -5)).toEqual({ left: 15, top: 15, width: 400, height: 300 });
    expect(grownBy(place, 5, -5)).toEqual({ left: 10, top: 20, width: 405, height: 295 });
  });
});
