import { useMemo } from "react";
import type { PeerId, PeerSnapshot } from "../../core/index.js";
import { usePeers } from "../../hooks/index.js";
import { itself } from "../../hooks/useSlice.js";
import { peerLabel } from "./peerLabel.js";

/** What to call each connected peer. Changes with who is there and with names, not with how they are reached. */
export function usePeerNames(): ReadonlyMap<PeerId, string> {
  const peers = usePeers(itself<readonly PeerSnapshot[]>, haveSameNames);
  return useMemo(() => new Map(peers.map((peer) => [peer.peerId, peerLabel(peer)])), [peers]);
}

function haveSameNames(a: readonly PeerSnapshot[], b: readonly PeerSnapshot[]): boolean {
  return (
    a.length === b.length &&
    a.every((peer, index) => peer.peerId === b[index]?.peerId && peer.profile === b[index]?.profile)
  );
}
