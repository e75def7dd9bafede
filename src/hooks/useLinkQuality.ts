import type { LinkQuality, PeerId, SwarmSnapshot } from "../core/index.js";
import { UNKNOWN_QUALITY } from "../core/stats/linkQuality.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const qualityOf = (snapshot: SwarmSnapshot): SwarmSnapshot["quality"] => snapshot.quality;

/**
 * How well one peer is reached: round trips (last, median, 95th percentile) and jitter in milliseconds, path, and
 * bytes that wait; or what `selector` makes of them. All unknown while there is no such peer.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const roundTripMs = useLinkQuality(peerId, (quality) => quality.roundTripP50Ms);
 */
export function useLinkQuality(peerId: PeerId): LinkQuality;
export function useLinkQuality<Selected>(
  peerId: PeerId,
  selector: (quality: LinkQuality) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useLinkQuality(
  peerId: PeerId,
  selector: (quality: LinkQuality) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(qualityOf, (quality) => selector(quality[peerId] ?? UNKNOWN_QUALITY), isEqual);
}
