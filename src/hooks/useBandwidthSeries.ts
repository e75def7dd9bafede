import { useMemo } from "react";
import type { BandwidthSnapshot } from "../core/index.js";
import { axisTop, type ChartPoint, chartPoints, type Past, type ShownMinutes } from "./bandwidthSeries.js";
import { useBandwidth } from "./useBandwidth.js";

/** What {@link useBandwidthSeries} gives: everything that a chart of the last minutes draws. Rates in KB/s. */
export interface BandwidthSeries {
  /** How much of the past it covers. */
  readonly minutes: ShownMinutes;
  /** Oldest first, at most 61; none for the time in which the swarm was off or its tab slept. */
  readonly points: readonly ChartPoint[];
  readonly peakUp: number;
  readonly peakDown: number;
  /** A round number at or above every point, for the top of an axis; it moves rarely. */
  readonly top: number;
  /** Whether nothing went over the links in all that time. */
  readonly isSilent: boolean;
}

// A constant, so that renders which are thrown away select the same.
const pastOf = ({ series, endMs }: BandwidthSnapshot): Past => ({ series, endMs });

/**
 * The last minute of bandwidth, the last 5 or the last 15, for a chart of your own. Renders once a second.
 * @example
 * const { points, top } = useBandwidthSeries();
 * return <polyline points={points.map(({ second, total }) => `${second},${-total / top}`).join(" ")} />;
 */
export function useBandwidthSeries({
  minutes = 1,
}: {
  readonly minutes?: ShownMinutes;
} = {}): BandwidthSeries {
  const past = useBandwidth(pastOf);
  return useMemo(() => {
    const points = chartPoints(past, minutes);
    const peak = (key: "up" | "down"): number => Math.max(0, ...points.map((point) => point[key]));
    return {
      minutes,
      points,
      peakUp: peak("up"),
      peakDown: peak("down"),
      top: axisTop(points),
      isSilent: points.every(({ total }) => total === 0),
    };
  }, [past, minutes]);
}
