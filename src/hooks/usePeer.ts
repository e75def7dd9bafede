import type { PeerId, PeerSnapshot } from "../core/index.js";
import { usePeers } from "./usePeers.js";

/**
 * One proven peer, or `undefined` while there is none of that id.
 * @example
 * const name = usePeer(peerId)?.profile.name;
 */
export function usePeer(peerId: PeerId): PeerSnapshot | undefined {
  return usePeers((peers) => peers.find((peer) => peer.peerId === peerId), Object.is);
}
