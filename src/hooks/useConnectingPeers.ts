import type { ConnectingPeer, SwarmSnapshot } from "../core/index.js";
import { itself, useSlice } from "./useSlice.js";

const connectingOf = (snapshot: SwarmSnapshot): readonly ConnectingPeer[] => snapshot.connecting;

/**
 * Members that the room lists and that have not proved themselves yet, with attempts and last error.
 * @example
 * const isDialling = useConnectingPeers().length > 0;
 */
export function useConnectingPeers(): readonly ConnectingPeer[] {
  return useSlice(connectingOf, itself, Object.is);
}
