import type { PeerSnapshot } from "../../core/index.js";

/**
 * Whether two states of a peer look the same in its row. All counts but the round trip, which changes with each heartbeat
 * of each peer: the row reads it from `quality`.
 */
export function isSameRow(a: PeerSnapshot, b: PeerSnapshot): boolean {
  return (
    a === b ||
    (a.peerId === b.peerId &&
      a.state === b.state &&
      a.profile === b.profile &&
      a.isMuted === b.isMuted &&
      a.restraint === b.restraint &&
      a.connectedAtMs === b.connectedAtMs)
  );
}
