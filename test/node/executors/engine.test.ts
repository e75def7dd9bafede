import { createJavaScriptSandbox } from "peerswarm/executors/javascript";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a server that never sends the engine fails the run in time, and the next run asks anew", async () => {
  vi.useFakeTimers();
  const signals: (AbortSignal | null | undefined)[] = [];
  vi.stubGlobal("fetch", (_: string, init?: RequestInit) => {
    signals.push(init?.signal);
    return new Promise(() => undefined);
  });
  const sandbox = createJavaScriptSandbox({ wasmUrl: "https://cdn.invalid/quickjs.wasm" });
  for (let tries = 1; tries <= 2; tries++) {
    const outcome = sandbox.run("export const run = () => 1");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toMatchObject({ ok: false, error: { code: "sandbox-unavailable" } });
    expect(signals.map((signal) => signal?.aborted)).toEqual(Array.from({ length: tries }, () => true));
  }
  expect(vi.getTimerCount()).toBe(0);
  sandbox.close();
});
