import type { SwarmSnapshot } from "../core/index.js";
import { nowOf } from "./useNow.js";
import { useSwarmSelector } from "./useSwarmSelector.js";

function nextTryOf({ status, signaling, bandwidth }: SwarmSnapshot): number | undefined {
  const { reason, isConnected, nextTryAtMs } = signaling;
  if (status === "off" || reason === undefined || isConnected) return undefined;
  if (nextTryAtMs === undefined) return 0;
  const nowMs = nowOf(bandwidth);
  return nowMs === undefined ? undefined : Math.max(0, nextTryAtMs - nowMs);
}

/**
 * Milliseconds until signalling is tried again, to the second; 0 while it is being tried, `undefined` where
 * there is nothing to try, and in the first second of a swarm, whose clock has not moved yet.
 * @example
 * const waitMs = useNextTry();
 */
export function useNextTry(): number | undefined {
  return useSwarmSelector(nextTryOf);
}
