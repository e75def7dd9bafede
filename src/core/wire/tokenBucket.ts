import type { Clock } from "../clock.js";

/** Allows `perSecond` units on average, and as many at once. */
export interface TokenBucket {
  /** Takes `units`, or takes nothing and says `false`. */
  take(units: number): boolean;
}

export function tokenBucket(clock: Clock, perSecond: number): TokenBucket {
  let tokens = perSecond;
  let filledAtMs = clock.now();
  return {
    take(units) {
      const nowMs = clock.now();
      tokens = Math.min(perSecond, tokens + ((nowMs - filledAtMs) / 1000) * perSecond);
      filledAtMs = nowMs;
      if (units > tokens) return false;
      tokens -= units;
      return true;
    },
  };
}
