import type { SignalingSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const signalingOf = (snapshot: SwarmSnapshot): SignalingSnapshot => snapshot.signaling;

/**
 * Server, room and own peer id; whether signalling is connected, since when, and if not, why and until when; or
 * what `selector` makes of them.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const room = useSignaling((signaling) => signaling.room);
 */
export function useSignaling(): SignalingSnapshot;
export function useSignaling<Selected>(
  selector: (signaling: SignalingSnapshot) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useSignaling(
  selector: (signaling: SignalingSnapshot) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(signalingOf, selector, isEqual);
}
