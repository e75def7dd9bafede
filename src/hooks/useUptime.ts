import type { SwarmSnapshot } from "../core/index.js";
import { nowOf } from "./useNow.js";
import { useSwarmSelector } from "./useSwarmSelector.js";

function uptimeOf({ signaling, bandwidth }: SwarmSnapshot): number | undefined {
  const { connectedAtMs } = signaling;
  if (connectedAtMs === undefined) return undefined;
  return Math.max(0, (nowOf(bandwidth) ?? connectedAtMs) - connectedAtMs);
}

/**
 * Milliseconds since signalling was connected without a break, to the second; `undefined` while it is not.
 * @example
 * const uptimeMs = useUptime();
 */
export function useUptime(): number | undefined {
  return useSwarmSelector(uptimeOf);
}
