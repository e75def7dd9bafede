import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INPUT_PREVIEW_LENGTH, inputPreview } from "../../../src/core/tasks/inputPreview.js";

const anything = fc.anything({ withTypedArray: true, withBigInt: true, maxDepth: 6 });
const longText = fc.string({ minLength: INPUT_PREVIEW_LENGTH, maxLength: 1000, size: "max" });
const inputs = fc.oneof(anything, longText, fc.dictionary(longText, longText));

describe("the preview of an input", () => {
  it.each([
    ["a text", "a text"],
    [3, "3"],
    [null, "null"],
    [undefined, "undefined"],
    [{ x: 3, y: [1, "two"] }, "{x: 3, y: [1, two]}"],
    [{ a: { b: { c: { d: 1 } } } }, "{a: {b: {c: {…}}}}"],
    [{ none: {}, empty: [] }, "{none: {}, empty: []}"],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], "[1, 2, 3, 4, 5, 6, 7, 8, …]"],
    [{ bytes: new Uint8Array(5000) }, "{bytes: Uint8Array(5000)}"],
  ])("of %j is %s", (input, preview) => expect(inputPreview(input)).toBe(preview));

  it("is empty where the input cannot be read", () => {
    const input = {
      get broken(): never {
        throw new Error("no");
      },
    };
    expect(inputPreview(input)).toBe("");
  });

  it("is short and does not throw, whatever the input is", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(inputPreview(input).length).toBeLessThanOrEqual(INPUT_PREVIEW_LENGTH);
      }),
    );
  });

  it("of a big input looks at its beginning only", () => {
    let reads = 0;
    const rows = Array.from({ length: 10_000 }, () => ({
      get cell(): number {
        return ++reads;
      },
    }));
    inputPreview({ rows });
    expect(reads).toBeLessThanOrEqual(8);
  });
});
