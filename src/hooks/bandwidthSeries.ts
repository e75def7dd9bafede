import { type BandwidthPoint, SERIES_STEP_MS } from "../core/stats/bandwidth.js";

/** Time that the panel shows. */
export const SHOWN_SECONDS = 60;
/** Time that one row of the table sums up. */
export const ROW_SECONDS = 10;
// Below this the axis would magnify the noise of heartbeats into mountains.
const LEAST_AXIS_TOP = 1;

/** One second of the chart. */
export interface ChartPoint {
  /** 0 is the last whole second, -59 the oldest shown. */
  readonly second: number;
  readonly up: number;
  readonly down: number;
  readonly total: number;
}

/** The last minute, oldest first; shorter in a swarm that is younger. */
export function chartPoints(series: readonly BandwidthPoint[]): readonly ChartPoint[] {
  const shown = series.slice(-SHOWN_SECONDS);
  const endMs = shown[shown.length - 1]?.timeMs ?? 0;
  return shown.map(({ timeMs, up, down }) => ({
    second: (timeMs - endMs) / SERIES_STEP_MS,
    up,
    down,
    total: up + down,
  }));
}

/** The top of the axis: 1, 2 or 5 times a power of ten, so that it moves rarely. */
export function axisTop(points: readonly ChartPoint[]): number {
  const peak = Math.max(LEAST_AXIS_TOP, ...points.map((point) => point.total));
  const power = 10 ** Math.floor(Math.log10(peak));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= peak) ?? peak;
}

/** Averages of a stretch of the last minute. */
export interface BandwidthRow {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly up: number;
  readonly down: number;
}

/** The last minute in six rows, newest first; seconds before the swarm's first count as silent. */
export function tableRows(points: readonly ChartPoint[]): readonly BandwidthRow[] {
  return Array.from({ length: SHOWN_SECONDS / ROW_SECONDS }, (_, row) => {
    const fromSeconds = row * ROW_SECONDS;
    const toSeconds = fromSeconds + ROW_SECONDS;
    const within = points.filter(({ second }) => -second >= fromSeconds && -second < toSeconds);
    const mean = (key: "up" | "down"): number =>
      within.reduce((sum, point) => sum + point[key], 0) / ROW_SECONDS;
    return { fromSeconds, toSeconds, up: mean("up"), down: mean("down") };
  });
}
