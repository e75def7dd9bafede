/** One kilobyte, as every panel and number of peerswarm counts it. */
export const KILOBYTE = 1024;
/** Time over which the current bandwidth is averaged. */
export const BANDWIDTH_WINDOW_MS = 10_000;
/** Distance of two points in a bandwidth series. */
export const SERIES_STEP_MS = 1000;
/** Seconds that a series covers: a quarter of an hour, in 14 KB of counters. */
export const SERIES_LENGTH = 900;

// Fine enough that the sliding window does not jump visibly.
const BUCKET_MS = 250;
const WINDOW_BUCKETS = BANDWIDTH_WINDOW_MS / BUCKET_MS;
// The meter is asked once a second while the swarm runs, and hidden tabs are late by a second. More is an absence.
const ABSENT_FROM_MS = 4000;

/** Rates of one second; KB/s with 1 KB = 1024 bytes. */
export interface BandwidthPoint {
  /** Start of the second, milliseconds since the epoch. */
  readonly timeMs: number;
  readonly up: number;
  readonly down: number;
}

/** Current rates in KB/s (1 KB = 1024 bytes) over the last 10 s, and one point per second for charts. */
export interface BandwidthSnapshot {
  readonly up: number;
  readonly down: number;
  readonly total: number;
  /**
   * The last 15 minutes, oldest first, at most 900 points; the second under way is not in it. Seconds in which nobody
   * counted, because the swarm was off or its tab slept, have no point: nothing is known of them.
   */
  readonly series: readonly BandwidthPoint[];
  /** When the last second that is over ended, milliseconds since the epoch; 0 before the first. */
  readonly endMs: number;
}

export const EMPTY_BANDWIDTH: BandwidthSnapshot = { up: 0, down: 0, total: 0, series: [], endMs: 0 };

/** Counts bytes in rings of fixed size, however long it lives. */
export interface BandwidthMeter {
  record(direction: "sent" | "received", bytes: number, nowMs: number): void;
  snapshot(nowMs: number): BandwidthSnapshot;
}

/** Sums of the last `length` stretches of time, by their numbers. */
class Ring {
  readonly #sums: Float64Array;
  #newest: number;

  constructor(length: number, first: number) {
    this.#sums = new Float64Array(length);
    this.#newest = first;
  }

  /** Makes room up to `number`; what it passes over holds `empty`. */
  advance(number: number, empty: number): void {
    const { length } = this.#sums;
    for (let passed = Math.max(this.#newest + 1, number - length + 1); passed <= number; passed++) {
      this.#sums[passed % length] = passed === number ? 0 : empty;
    }
    this.#newest = Math.max(this.#newest, number);
  }

  add(value: number): void {
    const slot = this.#newest % this.#sums.length;
    this.#sums[slot] = (this.#sums[slot] as number) + value;
  }

  at(number: number): number {
    return this.#sums[number % this.#sums.length] as number;
  }

  total(): number {
    return this.#sums.reduce((sum, value) => sum + value, 0);
  }
}

export function createBandwidthMeter(startMs: number): BandwidthMeter {
  const ringsOf = (stepMs: number, length: number): Record<"sent" | "received", Ring> => {
    const first = Math.floor(startMs / stepMs);
    return { sent: new Ring(length, first), received: new Ring(length, first) };
  };
  const window = ringsOf(BUCKET_MS, WINDOW_BUCKETS);
  // The second under way is kept, too.
  const seconds = ringsOf(SERIES_STEP_MS, SERIES_LENGTH + 1);
  let seenMs = startMs;
  let series: readonly BandwidthPoint[] = [];
  const firstSecond = Math.floor(startMs / SERIES_STEP_MS);
  let endOfSeries = firstSecond;

  const advanceTo = (nowMs: number): void => {
    // Absent seconds count nothing, which is not the same as counting zero.
    const passedOver = nowMs - seenMs >= ABSENT_FROM_MS ? Number.NaN : 0;
    seenMs = Math.max(seenMs, nowMs);
    for (const direction of ["sent", "received"] as const) {
      window[direction].advance(Math.floor(seenMs / BUCKET_MS), 0);
      seconds[direction].advance(Math.floor(seenMs / SERIES_STEP_MS), passedOver);
    }
  };

  const rate = (ring: Ring, nowMs: number): number => {
    // A swarm younger than the window is averaged over its life, but never over less than a second.
    const elapsedMs = Math.min(BANDWIDTH_WINDOW_MS, Math.max(SERIES_STEP_MS, nowMs - startMs));
    return ring.total() / KILOBYTE / (elapsedMs / 1000);
  };

  const pointAt = (second: number): BandwidthPoint => ({
    timeMs: second * SERIES_STEP_MS,
    up: seconds.sent.at(second) / KILOBYTE,
    down: seconds.received.at(second) / KILOBYTE,
  });

  /** Points are made once, and go on from series to series. */
  const seriesBefore = (end: number): readonly BandwidthPoint[] => {
    if (end <= endOfSeries) return series;
    const first = end - SERIES_LENGTH;
    const next = series.filter(({ timeMs }) => timeMs >= first * SERIES_STEP_MS);
    for (let second = Math.max(endOfSeries, first); second < end; second++) {
      const point = pointAt(second);
      if (!Number.isNaN(point.up)) next.push(point);
    }
    endOfSeries = end;
    series = next;
    return series;
  };

  return {
    record(direction, bytes, nowMs) {
      advanceTo(nowMs);
      window[direction].add(bytes);
      seconds[direction].add(bytes);
    },
    snapshot(nowMs) {
      advanceTo(nowMs);
      const up = rate(window.sent, nowMs);
      const down = rate(window.received, nowMs);
      const end = Math.floor(seenMs / SERIES_STEP_MS);
      const endMs = end > firstSecond ? end * SERIES_STEP_MS : 0;
      return { up, down, total: up + down, series: seriesBefore(end), endMs };
    },
  };
}
