import type { BandwidthSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const bandwidthOf = (snapshot: SwarmSnapshot): BandwidthSnapshot => snapshot.bandwidth;

/**
 * KB/s (1 KB = 1024 bytes) up, down and in total over the last 10 s, and a point per second for charts, or
 * what `selector` makes of them. Without a selector it renders up to four times a second while data flows.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const { up, down } = useBandwidth();
 */
export function useBandwidth(): BandwidthSnapshot;
export function useBandwidth<Selected>(
  selector: (bandwidth: BandwidthSnapshot) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useBandwidth(
  selector: (bandwidth: BandwidthSnapshot) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(bandwidthOf, selector, isEqual);
}
