import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderedWindow, slidingWindow } from "../../../src/core/wire/replayWindow.js";

const step = fc.record({ number: fc.integer({ min: 1, max: 60 }), isSkip: fc.boolean() });
const steps = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: step.map((s) => ({ ...s, isSkip: false })) },
    { weight: 1, arbitrary: step },
  ),
  { maxLength: 80 },
);

describe("the window of an ordered lane", () => {
  it("behaves as a model that remembers only the greatest number", () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const window = orderedWindow();
        let greatest = 0;
        for (const { number, isSkip } of moves) {
          if (isSkip) {
            window.skipTo(number);
            greatest = Math.max(greatest, number - 1);
            continue;
          }
          const expected = number <= greatest ? "repeated" : number === greatest + 1 ? "fresh" : "gap";
          expect(window.accept(number)).toBe(expected);
          greatest = Math.max(greatest, number);
          expect(window.next).toBe(greatest + 1);
        }
      }),
    );
  });
});

describe("the window of an unordered lane", () => {
  it("behaves as a model that remembers everything", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 16 }), (moves, size) => {
        const window = slidingWindow(size);
        const seen = new Set<number>();
        let newest = 0;
        let floor = 1;
        for (const { number, isSkip } of moves) {
          if (isSkip) {
            window.skipTo(number);
            floor = Math.max(floor, number);
            continue;
          }
          const isStale = number < floor || number <= newest - size;
          const expected = isStale ? "stale" : seen.has(number) ? "repeated" : "fresh";
          expect(window.accept(number)).toBe(expected);
          if (isStale) continue;
          seen.add(number);
          newest = Math.max(newest, number);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("never accepts a number twice, however far the numbers jump", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { maxLength: 60 }), (numbers) => {
        const window = slidingWindow();
        const accepted = [...numbers, ...numbers].filter((number) => window.accept(number) === "fresh");
        expect(new Set(accepted).size).toBe(accepted.length);
      }),
    );
  });
});
