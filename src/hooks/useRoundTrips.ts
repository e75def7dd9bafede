import { useCallback } from "react";
import type { PeerId, RoundTrip, SwarmSnapshot } from "../core/index.js";
import { useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

const qualityOf = (snapshot: SwarmSnapshot): SwarmSnapshot["quality"] => snapshot.quality;

/**
 * The round trips of one peer in the last 5 minutes, oldest first, for a sparkline; empty while there is no such peer.
 * Renders when another one of this peer was measured. The store does not carry them: they are read where they are shown.
 * @example
 * const slowestMs = Math.max(...useRoundTrips(peerId).map((one) => one.roundTripMs));
 */
export function useRoundTrips(peerId: PeerId): readonly RoundTrip[] {
  const swarm = useSwarm();
  const read = useCallback(() => swarm.getRoundTrips(peerId), [swarm, peerId]);
  return useSlice(qualityOf, read, Object.is);
}
