/** Ends a timer or a subscription. Calling it twice is harmless. */
export type Cancel = () => void;

/**
 * Time, as the core sees it. Everything that waits takes a `Clock`, so that tests turn it by hand.
 * `now()` is in milliseconds since the epoch and never goes backwards within one clock.
 */
export interface Clock {
  now(): number;
  /** Calls `callback` once, `delayMs` from now, unless cancelled. */
  setTimer(delayMs: number, callback: () => void): Cancel;
}

// Read once: it is an accessor, and the clock is asked with every message.
const { timeOrigin } = performance;

/** The platform's clock: wall time at the start, monotonic from there on. */
export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
