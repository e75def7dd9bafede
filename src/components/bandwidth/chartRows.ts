import type { ChartPoint } from "../../hooks/bandwidthSeries.js";

/** What the chart draws; lines break where nobody counted. */
export type ChartRow = ChartPoint | (Pick<ChartPoint, "second"> & { readonly total: null });

/** The points, and one without a value wherever some are missing. */
export function withGaps(points: readonly ChartPoint[], stepSeconds: number): readonly ChartRow[] {
  return points.flatMap((point, index): readonly ChartRow[] => {
    const before = points[index - 1];
    if (before === undefined || point.second - before.second <= stepSeconds) return [point];
    return [{ second: (before.second + point.second) / 2, total: null }, point];
  });
}
