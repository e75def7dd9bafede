import type { StatsSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const statsOf = (snapshot: SwarmSnapshot): StatsSnapshot => snapshot.stats;

/**
 * Messages and bytes in total, per peer, lane and message type, and what was dropped, or what `selector` makes
 * of them. Brought up to date at most four times a second.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const sent = useStats((stats) => stats.total.messagesSent);
 */
export function useStats(): StatsSnapshot;
export function useStats<Selected>(
  selector: (stats: StatsSnapshot) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useStats(
  selector: (stats: StatsSnapshot) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(statsOf, selector, isEqual);
}
