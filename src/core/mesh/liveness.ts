import type { ProvenContact } from "./contact.js";

/** How often the mesh looks at its peers. */
export const SWEEP_MS = 1000;
/** A peer that owes the answer to a heartbeat for so long is asleep. */
export const ASLEEP_AFTER_MS = 10_000;
/** A link that restarts have not revived for so long gets a new connection beside it. */
export const REDIAL_AFTER_MS = 35_000;
/** Time that restarts get, once both ends can signal again, before a new connection takes the link's place. */
export const RESTART_CHANCE_MS = 10_000;
/** After an outage members come back one by one, up to 30 s apart: who is not listed yet has not gone. */
export const RETURN_GRACE_MS = 35_000;
// A sweep that comes this much too late means that this process slept, not that the others died.
const OWN_SLEEP_MS = 5000;

export interface LivenessLimits {
  /** Silence after which a peer is gone; default 60,000. */
  readonly livenessLimitMs: number;
  /** Time between heartbeats; default 30,000. */
  readonly heartbeatMs: number;
}

/** What a sweep finds about one peer. */
export type LivenessVerdict = "alive" | "probe" | "asleep" | "dead";

/** Judges one peer. Pure: all it needs is what was heard, when, and the time now. */
export function judgeLiveness(peer: ProvenContact, nowMs: number, limits: LivenessLimits): LivenessVerdict {
  if (nowMs - peer.lastHeardMs >= limits.livenessLimitMs) return "dead";
  const owedMs = peer.probedAtMs === undefined ? 0 : nowMs - peer.probedAtMs;
  if (owedMs >= ASLEEP_AFTER_MS && peer.state === "connected") return "asleep";
  return nowMs >= peer.nextProbeAtMs ? "probe" : "alive";
}

/** How long this process itself did not run, judged by the last two sweeps; 0 where it did. */
export function ownSleepMs(lastSweepMs: number, nowMs: number): number {
  const lateMs = nowMs - lastSweepMs - SWEEP_MS;
  return lateMs >= OWN_SLEEP_MS ? lateMs : 0;
}
