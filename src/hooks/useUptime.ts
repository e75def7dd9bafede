import { useNow } from "./useNow.js";
import { useSignaling } from "./useSignaling.js";

/**
 * Milliseconds since signalling was connected without a break, to the second; `undefined` while it is not.
 * @example
 * const uptimeMs = useUptime();
 */
export function useUptime(): number | undefined {
  const connectedAtMs = useSignaling((signaling) => signaling.connectedAtMs);
  const nowMs = useNow();
  return connectedAtMs === undefined ? undefined : Math.max(0, (nowMs ?? connectedAtMs) - connectedAtMs);
}
