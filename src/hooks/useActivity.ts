import type { Activity, SwarmSnapshot } from "../core/index.js";
import { ACTIVITY_LENGTH } from "../core/stats/recentEvents.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { useSlice } from "./useSlice.js";

const activityOf = (snapshot: SwarmSnapshot): readonly Activity[] => snapshot.activity;

/**
 * The last messages sent and received, oldest first.
 * @param limit most that are wanted; default and maximum 50
 * @example
 * const [last] = useActivity(1);
 */
export function useActivity(limit: number = ACTIVITY_LENGTH): readonly Activity[] {
  return useSlice(
    activityOf,
    (activity) => activity.slice(Math.max(0, activity.length - limit)),
    isShallowEqual,
  );
}
