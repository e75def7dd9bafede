import { useMemo } from "react";
import { axisTop, type ChartPoint, chartPoints } from "./bandwidthSeries.js";
import { useBandwidth } from "./useBandwidth.js";

/** What {@link useBandwidthSeries} gives: everything that a chart of the last minute draws. Rates in KB/s. */
export interface BandwidthSeries {
  /** Oldest first, one per second, at most 60. */
  readonly points: readonly ChartPoint[];
  readonly peakUp: number;
  readonly peakDown: number;
  /** A round number at or above every point, for the top of an axis; it moves rarely. */
  readonly top: number;
  /** Whether nothing went over the links in all that time. */
  readonly isSilent: boolean;
}

/**
 * The last minute of bandwidth, for a chart of your own. Renders once a second.
 * @example
 * const { points, top } = useBandwidthSeries();
 * return <polyline points={points.map(({ second, total }) => `${second},${-total / top}`).join(" ")} />;
 */
export function useBandwidthSeries(): BandwidthSeries {
  const series = useBandwidth((bandwidth) => bandwidth.series);
  return useMemo(() => {
    const points = chartPoints(series);
    const peak = (key: "up" | "down"): number => Math.max(0, ...points.map((point) => point[key]));
    return {
      points,
      peakUp: peak("up"),
      peakDown: peak("down"),
      top: axisTop(points),
      isSilent: points.every(({ total }) => total === 0),
    };
  }, [series]);
}
