import type { Clock } from "../clock.js";

/** Largest counter; beyond it the wall part moves on. */
export const MAX_COUNTER = 1_000_000;

/**
 * A hybrid logical time (Kulkarni et al. 2014): close to the wall clock, and after everything that its writer
 * knew. `wallMs` is in whole milliseconds since the epoch.
 */
export interface HybridTime {
  readonly wallMs: number;
  readonly counter: number;
}

/** The hybrid clock of one swarm. */
export interface HybridClock {
  readonly last: HybridTime;
  /** A time after all that was ticked or observed so far. */
  tick(): HybridTime;
  /** Takes note of a time of somebody else; whether it may be believed is for the caller to judge. */
  observe(time: HybridTime): void;
}

/** Below 0 where `a` is before `b`. */
export function compareTimes(a: HybridTime, b: HybridTime): number {
  return a.wallMs - b.wallMs || a.counter - b.counter;
}

export function createHybridClock(clock: Clock): HybridClock {
  let last: HybridTime = { wallMs: 0, counter: 0 };
  return {
    get last() {
      return last;
    },
    tick() {
      const nowMs = Math.floor(clock.now());
      if (nowMs > last.wallMs) last = { wallMs: nowMs, counter: 0 };
      else if (last.counter < MAX_COUNTER) last = { wallMs: last.wallMs, counter: last.counter + 1 };
      else last = { wallMs: last.wallMs + 1, counter: 0 };
      return last;
    },
    observe(time) {
      if (compareTimes(time, last) > 0) last = time;
    },
  };
}
