import type { Clock } from "../core/clock.js";

const MS_PER_SECOND = 1000;

/** A rate limit: a bucket that starts full, fills at a steady rate and is emptied by use. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #tokensPerSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAtMs: number;

  constructor(capacity: number, tokensPerSecond: number, clock: Clock) {
    this.#capacity = capacity;
    this.#tokensPerSecond = tokensPerSecond;
    this.#clock = clock;
    this.#tokens = capacity;
    this.#filledAtMs = clock.now();
  }

  /** Takes `count` tokens and returns true, or takes none and returns false when there are not enough. */
  take(count: number): boolean {
    this.#fill();
    // What costs more than the bucket holds would never pass; it takes a full bucket instead.
    const cost = Math.min(count, this.#capacity);
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Takes up to `count` tokens, for work that is already done. */
  charge(count: number): void {
    this.#fill();
    this.#tokens = Math.max(0, this.#tokens - count);
  }

  #fill(): void {
    const nowMs = this.#clock.now();
    const gained = ((nowMs - this.#filledAtMs) * this.#tokensPerSecond) / MS_PER_SECOND;
    this.#tokens = Math.min(this.#capacity, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}
