import type { SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

/**
 * Selects from all of a swarm's live state. The component renders when the selection changes, and an
 * unchanged selection is the same reference.
 * @param selector pure; may be written inline
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const room = useSwarmSelector((swarm) => swarm.signaling.room);
 */
export function useSwarmSelector<Selected>(
  selector: (snapshot: SwarmSnapshot) => Selected,
  isEqual: (a: Selected, b: Selected) => boolean = isShallowEqual,
): Selected {
  return useSlice(itself<SwarmSnapshot>, selector, isEqual);
}
