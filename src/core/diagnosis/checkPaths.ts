import type { Check } from "./check.js";

/** The ways out of this device: interfaces, STUN, TURN. Only the transport knows them. */
export const checkPaths: Check = async ({ port, transport, signal, timeoutMs, mayReachOut }) => {
  if (!mayReachOut) return undefined;
  return transport.examine?.({ part: "paths", runtime: port.runtime, signal, timeoutMs });
};
