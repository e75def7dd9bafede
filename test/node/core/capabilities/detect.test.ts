import "fake-indexeddb/auto";
import { detectCapabilities } from "peerswarm";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const never = () => new Promise<never>(() => {});
const gpu = (requestAdapter: () => unknown) => vi.stubGlobal("navigator", { gpu: { requestAdapter } });

describe("detecting capabilities", () => {
  it("finds in Node what Node has", async () => {
    expect(await detectCapabilities()).toEqual(["indexeddb", "wasm", "wasm-simd", "wasm-threads"]);
  });

  it("finds what answers", async () => {
    vi.stubGlobal("navigator", {
      gpu: { requestAdapter: async () => ({}) },
      storage: { getDirectory: async () => ({}) },
    });
    vi.stubGlobal("LanguageModel", { availability: async () => "available" });
    vi.stubGlobal("Worker", class {});
    const loseContext = vi.fn();
    const context = { getExtension: () => ({ loseContext }) };
    vi.stubGlobal("document", { createElement: () => ({ getContext: () => context }) });
    expect(await detectCapabilities()).toEqual([
      "indexeddb",
      "local-llm",
      "opfs",
      "wasm",
      "wasm-simd",
      "wasm-threads",
      "webgl2",
      "webgpu",
      "workers",
    ]);
    expect(loseContext).toHaveBeenCalledOnce();
  });

  it.each<[string, string, () => void]>([
    ["an adapter that is none", "webgpu", () => gpu(async () => null)],
    [
      "an adapter that throws",
      "webgpu",
      () =>
        gpu(() => {
          throw new Error("no");
        }),
    ],
    [
      "an adapter that fails",
      "webgpu",
      () =>
        gpu(async () => {
          throw new Error("no");
        }),
    ],
    [
      "a directory that is refused",
      "opfs",
      () =>
        vi.stubGlobal("navigator", {
          storage: {
            getDirectory: async () => {
              throw new Error("no");
            },
          },
        }),
    ],
    [
      "a model that would have to be loaded",
      "local-llm",
      () => vi.stubGlobal("LanguageModel", { availability: async () => "downloadable" }),
    ],
    [
      "an engine without SIMD",
      "wasm-simd",
      () => vi.stubGlobal("WebAssembly", { validate: (bytes: Uint8Array) => bytes.length < 20 }),
    ],
    ["a page that is not isolated", "wasm-threads", () => vi.stubGlobal("crossOriginIsolated", false)],
    ["no shared memory", "wasm-threads", () => vi.stubGlobal("SharedArrayBuffer", undefined)],
    ["no WebAssembly", "wasm", () => vi.stubGlobal("WebAssembly", undefined)],
    [
      "a canvas without graphics",
      "webgl2",
      () => vi.stubGlobal("document", { createElement: () => ({ getContext: () => null }) }),
    ],
    [
      "a database that does not open",
      "indexeddb",
      () =>
        vi.stubGlobal("indexedDB", {
          open() {
            const request = { onerror: () => {} };
            queueMicrotask(() => request.onerror());
            return request;
          },
        }),
    ],
  ])("takes %s for an absence", async (_, capability, plant) => {
    plant();
    expect(await detectCapabilities()).not.toContain(capability);
  });

  it("waits for no probe longer than it may, and leaves no timer", async () => {
    vi.useFakeTimers();
    gpu(never);
    const found = detectCapabilities({ timeoutMs: 300 });
    let isDone = false;
    void found.then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(299);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await found).toContain("wasm");
    expect(await found).not.toContain("webgpu");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives what nobody can change", async () => {
    expect(Object.isFrozen(await detectCapabilities())).toBe(true);
  });
});
