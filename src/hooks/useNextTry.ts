import { useNow } from "./useNow.js";
import { useSignaling } from "./useSignaling.js";
import { useSwarmStatus } from "./useSwarmStatus.js";

/**
 * Milliseconds until signalling is tried again, to the second; 0 while it is being tried, `undefined` where
 * there is nothing to try.
 * @example
 * const waitMs = useNextTry();
 */
export function useNextTry(): number | undefined {
  const status = useSwarmStatus();
  const isBroken = useSignaling(({ reason, isConnected }) => reason !== undefined && !isConnected);
  const nextTryAtMs = useSignaling((signaling) => signaling.nextTryAtMs);
  const nowMs = useNow();
  if (status === "off" || !isBroken) return undefined;
  return nextTryAtMs === undefined || nowMs === undefined ? 0 : Math.max(0, nextTryAtMs - nowMs);
}
