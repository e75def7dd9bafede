import type { BreakerState } from "./taskState.js";

/** Failures in a row that open a closed breaker. */
export const OPENING_FAILURES = 3;
/** How long it stays open at first; twice as long after each trial that failed. */
export const OPEN_MS = 30_000;
export const MAX_OPEN_MS: number = 5 * 60_000;

/** A circuit breaker (Nygard, Release It!). Immutable. */
export interface Breaker {
  readonly failures: number;
  /** `undefined` while it is closed. */
  readonly retryAtMs: number | undefined;
  readonly openMs: number;
  /** A trial is under way. */
  readonly isTrying: boolean;
}

export const CLOSED: Breaker = { failures: 0, retryAtMs: undefined, openMs: OPEN_MS, isTrying: false };

export function breakerState({ retryAtMs }: Breaker, nowMs: number): BreakerState {
  if (retryAtMs === undefined) return "closed";
  return nowMs < retryAtMs ? "open" : "half-open";
}

/** Whether a task may go there: always while it is closed, one at a time while it is half-open. */
export function allows(breaker: Breaker, nowMs: number): boolean {
  const state = breakerState(breaker, nowMs);
  return state === "closed" || (state === "half-open" && !breaker.isTrying);
}

/** A task goes there. */
export function begun(breaker: Breaker, nowMs: number): Breaker {
  return breakerState(breaker, nowMs) === "half-open" ? { ...breaker, isTrying: true } : breaker;
}

/** It ended without a word on the peer: refused, or cancelled here. */
export function released(breaker: Breaker): Breaker {
  return breaker.isTrying ? { ...breaker, isTrying: false } : breaker;
}

export function succeeded(): Breaker {
  return CLOSED;
}

export function failed(breaker: Breaker, nowMs: number): Breaker {
  const failures = breaker.failures + 1;
  if (breakerState(breaker, nowMs) === "half-open") {
    const openMs = Math.min(MAX_OPEN_MS, breaker.openMs * 2);
    return { failures, openMs, retryAtMs: nowMs + openMs, isTrying: false };
  }
  // What fails while it is open began before; it does not prolong the wait.
  if (breaker.retryAtMs !== undefined || failures < OPENING_FAILURES) return { ...breaker, failures };
  return { ...breaker, failures, retryAtMs: nowMs + breaker.openMs };
}
