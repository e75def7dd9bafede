import type { Clock } from "../clock.js";

/** Allows `perSecond` units on average, and `atOnce` of them at once, by default as many; what is larger is let through and paid off after. */
export interface TokenBucket {
  /** How long until there is allowance again, in milliseconds; 0 where there is some. */
  waitMs(): number;
  /** Takes units, also those that are not there yet. */
  spend(units: number): void;
}

export function tokenBucket(clock: Clock, perSecond: number, atOnce: number = perSecond): TokenBucket {
  let tokens = atOnce;
  let filledAtMs = clock.now();
  const fill = (): void => {
    const nowMs = clock.now();
    // A clock that was set back must not empty the bucket.
    const passedMs = Math.max(0, nowMs - filledAtMs);
    tokens = Math.min(atOnce, tokens + (passedMs / 1000) * perSecond);
    filledAtMs = nowMs;
  };
  return {
    waitMs() {
      if (tokens >= 1) return 0;
      fill();
      // At least one whole unit, so that rounding cannot make a wait end without one.
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
    spend(units) {
      fill();
      tokens -= units;
    },
  };
}

/** Takes one unit, or nothing where there is none. */
export function takeOne(bucket: TokenBucket): boolean {
  if (bucket.waitMs() > 0) return false;
  bucket.spend(1);
  return true;
}
