import type { SwarmSnapshot, SwarmStatus } from "../core/index.js";
import { itself, useSlice } from "./useSlice.js";

const statusOf = (snapshot: SwarmSnapshot): SwarmStatus => snapshot.status;

/**
 * Where the swarm stands with its room: `off`, `joining`, `joined` or `reconnecting`.
 * @example
 * const isOff = useSwarmStatus() === "off";
 */
export function useSwarmStatus(): SwarmStatus {
  return useSlice(statusOf, itself, Object.is);
}
