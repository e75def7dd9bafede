import type { BandwidthSnapshot } from "../core/stats/bandwidth.js";
import { useBandwidth } from "./useBandwidth.js";

/**
 * The swarm's clock to the second: its own, which may be a simulated one. It stands still while the swarm is off.
 */
export function nowOf({ endMs }: BandwidthSnapshot): number | undefined {
  return endMs === 0 ? undefined : endMs;
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
