import { type BandwidthPoint, type BandwidthSnapshot, SERIES_STEP_MS } from "../core/stats/bandwidth.js";

/** How much of the past a chart can show, in minutes. */
export const SHOWN_MINUTES = [1, 5, 15] as const;
/** One of the stretches of time that {@link useBandwidthSeries} knows. */
export type ShownMinutes = (typeof SHOWN_MINUTES)[number];

/** Rows of the table, whatever the stretch. */
export const TABLE_ROWS = 6;
// Whatever the stretch, a chart has as many points as a minute has seconds.
const POINTS_PER_CHART = 60;
// Below this the axis would magnify the noise of heartbeats into mountains.
const LEAST_AXIS_TOP = 1;

/** What a chart is made of. */
export type Past = Pick<BandwidthSnapshot, "series" | "endMs">;

/** Averages of 1 s in a chart of a minute, of 5 s in one of 5 minutes, of 15 s in one of 15. KB/s. */
export interface ChartPoint {
  /** Where its time ends: 0 is the last whole second, negative ones lie before it. */
  readonly second: number;
  readonly up: number;
  readonly down: number;
  readonly total: number;
}

/** Time that one point of a chart sums up. */
export function stepSecondsOf(minutes: ShownMinutes): number {
  return (minutes * 60) / POINTS_PER_CHART;
}

/**
 * The last minutes, oldest first. Points stay the same while they move on, because they begin at round times; a
 * stretch in which nobody counted has none.
 */
export function chartPoints({ series, endMs }: Past, minutes: ShownMinutes): readonly ChartPoint[] {
  const stepMs = stepSecondsOf(minutes) * 1000;
  const sums = new Map<number, BandwidthPoint[]>();
  for (const point of series) {
    if (point.timeMs < endMs - minutes * 60_000) continue;
    const begin = Math.floor(point.timeMs / stepMs) * stepMs;
    const known = sums.get(begin);
    if (known === undefined) sums.set(begin, [point]);
    else known.push(point);
  }
  return [...sums].map(([begin, points]) => {
    const second = Math.min(0, (begin + stepMs - endMs) / SERIES_STEP_MS);
    return { second, ...meanOf(points) };
  });
}

interface Rates {
  readonly up: number;
  readonly down: number;
}

function meanOf(points: readonly Rates[]): Omit<ChartPoint, "second"> {
  const mean = (key: "up" | "down"): number =>
    points.reduce((sum, point) => sum + point[key], 0) / points.length;
  const [up, down] = [mean("up"), mean("down")];
  return { up, down, total: up + down };
}

/** The top of the axis: 1, 2 or 5 times a power of ten, so that it moves rarely. */
export function axisTop(points: readonly ChartPoint[]): number {
  const peak = Math.max(LEAST_AXIS_TOP, ...points.map((point) => point.total));
  const power = 10 ** Math.floor(Math.log10(peak));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= peak) ?? peak;
}

/** Averages of a part of the time shown. */
export interface BandwidthRow {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** `undefined` where nobody counted. */
  readonly mean: Omit<ChartPoint, "second"> | undefined;
}

/** The time shown in six rows, newest first. */
export function tableRows(points: readonly ChartPoint[], minutes: ShownMinutes): readonly BandwidthRow[] {
  const rowSeconds = (minutes * 60) / TABLE_ROWS;
  return Array.from({ length: TABLE_ROWS }, (_, row) => {
    const fromSeconds = row * rowSeconds;
    const toSeconds = fromSeconds + rowSeconds;
    const within = points.filter(({ second }) => -second >= fromSeconds && -second < toSeconds);
    return { fromSeconds, toSeconds, mean: within.length === 0 ? undefined : meanOf(within) };
  });
}
