import { detectCapabilities } from "peerswarm";
import { expect, it } from "vitest";

it("finds in a real browser what it has", async () => {
  const found = await detectCapabilities();
  expect(found).toEqual(expect.arrayContaining(["indexeddb", "opfs", "wasm", "wasm-simd", "workers"]));
  // The page of these tests is not cross-origin isolated, and no model was loaded.
  expect(found).not.toContain("wasm-threads");
  expect(found).not.toContain("local-llm");
  expect(await indexedDB.databases()).not.toContainEqual(
    expect.objectContaining({ name: "peerswarm-probe" }),
  );
});
