/** One kilobyte, as every panel and number of peerswarm counts it. */
export const KILOBYTE = 1024;
/** Time over which the current bandwidth is averaged. */
export const BANDWIDTH_WINDOW_MS = 10_000;
/** Distance of two points in a bandwidth series. */
export const SERIES_STEP_MS = 1000;
/** Points that a series keeps: five minutes. */
export const SERIES_LENGTH = 300;

// Fine enough that the sliding window does not jump visibly.
const BUCKET_MS = 250;
const BUCKETS_PER_STEP = SERIES_STEP_MS / BUCKET_MS;
const BUCKET_COUNT = SERIES_LENGTH * BUCKETS_PER_STEP;
const WINDOW_BUCKETS = BANDWIDTH_WINDOW_MS / BUCKET_MS;

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
  /** Oldest first, at most 300; the second under way is not in it. */
  readonly series: readonly BandwidthPoint[];
}

export const EMPTY_BANDWIDTH: BandwidthSnapshot = { up: 0, down: 0, total: 0, series: [] };

/** Counts bytes in rings of fixed size, however long it lives. */
export interface BandwidthMeter {
  record(direction: "sent" | "received", bytes: number, nowMs: number): void;
  snapshot(nowMs: number): BandwidthSnapshot;
}

export function createBandwidthMeter(startMs: number): BandwidthMeter {
  const sent = new Float64Array(BUCKET_COUNT);
  const received = new Float64Array(BUCKET_COUNT);
  const firstBucket = Math.floor(startMs / BUCKET_MS);
  let newestBucket = firstBucket;
  let cachedSeries: readonly BandwidthPoint[] = [];
  let cachedStep = -1;

  const advanceTo = (nowMs: number): void => {
    const bucket = Math.floor(nowMs / BUCKET_MS);
    const clearFrom = Math.max(newestBucket + 1, bucket - BUCKET_COUNT + 1);
    for (let number = clearFrom; number <= bucket; number++) {
      sent[number % BUCKET_COUNT] = 0;
      received[number % BUCKET_COUNT] = 0;
    }
    newestBucket = Math.max(newestBucket, bucket);
  };

  const sumBuckets = (ring: Float64Array, from: number, count: number): number => {
    let sum = 0;
    for (let number = from; number < from + count; number++) {
      if (number >= firstBucket && number <= newestBucket && number > newestBucket - BUCKET_COUNT) {
        sum += ring[number % BUCKET_COUNT] as number;
      }
    }
    return sum;
  };

  const rate = (ring: Float64Array, nowMs: number): number => {
    const bytes = sumBuckets(ring, newestBucket - WINDOW_BUCKETS + 1, WINDOW_BUCKETS);
    // A swarm younger than the window is averaged over its life, but never over less than a second.
    const seconds = Math.min(BANDWIDTH_WINDOW_MS, Math.max(SERIES_STEP_MS, nowMs - startMs)) / 1000;
    return bytes / KILOBYTE / seconds;
  };

  const seriesBefore = (step: number): readonly BandwidthPoint[] => {
    if (step === cachedStep) return cachedSeries;
    const firstStep = Math.max(Math.floor(firstBucket / BUCKETS_PER_STEP), step - SERIES_LENGTH + 1);
    const points: BandwidthPoint[] = [];
    for (let number = firstStep; number < step; number++) {
      const from = number * BUCKETS_PER_STEP;
      points.push({
        timeMs: number * SERIES_STEP_MS,
        up: sumBuckets(sent, from, BUCKETS_PER_STEP) / KILOBYTE,
        down: sumBuckets(received, from, BUCKETS_PER_STEP) / KILOBYTE,
      });
    }
    cachedStep = step;
    cachedSeries = points;
    return points;
  };

  return {
    record(direction, bytes, nowMs) {
      advanceTo(nowMs);
      const ring = direction === "sent" ? sent : received;
      const slot = newestBucket % BUCKET_COUNT;
      ring[slot] = (ring[slot] as number) + bytes;
    },
    snapshot(nowMs) {
      advanceTo(nowMs);
      const up = rate(sent, nowMs);
      const down = rate(received, nowMs);
      return { up, down, total: up + down, series: seriesBefore(Math.floor(nowMs / SERIES_STEP_MS)) };
    },
  };
}
