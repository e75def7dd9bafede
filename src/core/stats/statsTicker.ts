import type { Cancel, Clock } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import { type BandwidthSnapshot, SERIES_STEP_MS } from "./bandwidth.js";
import type { LinkQuality, QualityBook } from "./linkQuality.js";
import type { Activity } from "./recentEvents.js";
import type { StatsBook, StatsSnapshot } from "./statsBook.js";

/** Statistics reach the store at most this often. */
export const STATS_TICK_MS = 250;

export interface StatsTickerOptions {
  readonly clock: Clock;
  readonly book: StatsBook;
  readonly quality: QualityBook;
  readonly publish: (view: {
    readonly stats: StatsSnapshot;
    readonly bandwidth: BandwidthSnapshot;
    readonly activity: readonly Activity[];
    readonly quality: Readonly<Record<PeerId, LinkQuality>>;
  }) => void;
}

/** Publishes the statistics on a tick while it runs, and only when they have moved. */
export interface StatsTicker {
  start(): void;
  /** Publishes a last time, with nothing flowing, and rests. */
  stop(): void;
}

export function createStatsTicker({ clock, book, quality, publish }: StatsTickerOptions): StatsTicker {
  let cancelTick: Cancel | undefined;
  let publishedStep = -1;
  let publishedVersion = -1;
  let publishedTotal = 0;

  const publishNow = (bandwidth: BandwidthSnapshot): void =>
    publish({ stats: book.snapshot(), bandwidth, activity: book.activity(), quality: quality.snapshot() });

  const publishIfMoved = (): void => {
    const step = Math.floor(clock.now() / SERIES_STEP_MS);
    // Without traffic the average still falls to zero, and the chart still moves on.
    if (book.version === publishedVersion && publishedTotal === 0 && step === publishedStep) return;
    publishedStep = step;
    publishedVersion = book.version;
    const bandwidth = book.bandwidth();
    publishedTotal = bandwidth.total;
    publishNow(bandwidth);
  };
  const tick = (): void => {
    publishIfMoved();
    cancelTick = clock.setTimer(STATS_TICK_MS, tick);
  };

  return {
    start() {
      if (cancelTick === undefined) tick();
    },
    stop() {
      if (cancelTick === undefined) return;
      cancelTick();
      cancelTick = undefined;
      publishedTotal = 0;
      publishNow({ ...book.bandwidth(), up: 0, down: 0, total: 0 });
    },
  };
}
