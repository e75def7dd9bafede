import type { PeerSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const peersOf = (snapshot: SwarmSnapshot): readonly PeerSnapshot[] => snapshot.peers;

/**
 * The proven peers, in the order in which they were proven, or what `selector` makes of them.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const connected = usePeers((peers) => peers.filter((peer) => peer.state === "connected").length);
 */
export function usePeers(): readonly PeerSnapshot[];
export function usePeers<Selected>(
  selector: (peers: readonly PeerSnapshot[]) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function usePeers(
  selector: (peers: readonly PeerSnapshot[]) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(peersOf, selector, isEqual);
}
