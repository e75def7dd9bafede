import { vi } from "vitest";
import { PATIENCE_MS } from "./patienceMs.js";

const patiently = { timeout: PATIENCE_MS, interval: 50 };

/** Resolves with what `check` returns, once it no longer throws. */
export function untilPasses<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, patiently);
}

/** Resolves with what `condition` returns, once that is something. */
export function untilTrue<T>(condition: () => T | Promise<T>) {
  return vi.waitUntil(condition, patiently);
}
