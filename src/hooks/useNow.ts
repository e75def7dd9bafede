import { type BandwidthSnapshot, SERIES_STEP_MS } from "../core/stats/bandwidth.js";
import { useBandwidth } from "./useBandwidth.js";

/**
 * The swarm's clock to the second. The series ends with the last second that is over, so it tells the time on the
 * swarm's own clock, which may be a simulated one; and it stands still while the swarm is off.
 */
export function nowOf({ series }: BandwidthSnapshot): number | undefined {
  const last = series[series.length - 1];
  return last === undefined ? undefined : last.timeMs + SERIES_STEP_MS;
}

/**
 * The swarm's clock to the second, milliseconds since the epoch, for durations and countdowns. Stands still
 * while the swarm is off; `undefined` until it has run for a second.
 * @example
 * const nowMs = useNow();
 */
export function useNow(): number | undefined {
  return useBandwidth(nowOf);
}
