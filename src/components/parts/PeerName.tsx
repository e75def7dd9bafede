import type { ReactNode } from "react";
import type { PeerId } from "../../core/index.js";
import { usePeers } from "../../hooks/index.js";
import { ClaimedName } from "./ClaimedName.js";
import { peerLabel, shortPeerId } from "./peerLabel.js";

/** What to call a peer, with the beginning of its identity. Of one that has gone, its id is left. */
export function PeerName({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const label = usePeers((peers) => {
    const peer = peers.find((candidate) => candidate.peerId === peerId);
    return peer && peerLabel(peer);
  });
  if (label === undefined) return <code>{peerId}</code>;
  return <ClaimedName label={label} shortId={shortPeerId(peerId)} />;
}
