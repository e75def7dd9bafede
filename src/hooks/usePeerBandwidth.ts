import { useCallback } from "react";
import type { SwarmSnapshot } from "../core/index.js";
import { type PeerRanking, rankPeers } from "./peerRanking.js";
import { useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

// Who has left counts no seconds any more: that it is gone is news of its own.
const secondOf = ({ self, bandwidth }: SwarmSnapshot): number | undefined =>
  self.peerId === undefined ? undefined : bandwidth.endMs;

/**
 * Who uses how much of the bandwidth now: the peers that use the most over the last 10 s, and the rest as one sum.
 * Nobody while the swarm is off. Renders once a second.
 * @param options.length how many peers are named; default 5
 * @example
 * const { peers, others } = usePeerBandwidth({ length: 3 });
 */
export function usePeerBandwidth({ length = 5 }: { readonly length?: number } = {}): PeerRanking {
  const swarm = useSwarm();
  const rank = useCallback(() => rankPeers(swarm.getBandwidthByPeer(), length), [swarm, length]);
  return useSlice(secondOf, rank, Object.is);
}
