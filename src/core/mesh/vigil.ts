import type { Cancel, Clock } from "../clock.js";
import type { ProvenContact } from "./contact.js";
import {
  judgeLiveness,
  type LivenessLimits,
  type LivenessVerdict,
  ownSleepMs,
  SWEEP_MS,
} from "./liveness.js";

export interface VigilOptions {
  readonly clock: Clock;
  readonly limits: LivenessLimits;
  readonly peers: () => Iterable<ProvenContact>;
  /** What was found about a peer; called for every peer at every sweep. */
  readonly onVerdict: (peer: ProvenContact, verdict: LivenessVerdict, nowMs: number) => void;
  /** This process did not run for so long. */
  readonly onOwnSleep: (sleptMs: number) => void;
}

/** Looks at every proven peer once a second, as long as there are any. */
export interface Vigil {
  /** There is a peer to watch. */
  begin(): void;
  end(): void;
}

export function createVigil({ clock, limits, peers, onVerdict, onOwnSleep }: VigilOptions): Vigil {
  let cancelSweep: Cancel | undefined;
  let lastSweepMs = 0;

  const begin = (): void => {
    if (cancelSweep !== undefined) return;
    lastSweepMs = clock.now();
    cancelSweep = clock.setTimer(SWEEP_MS, sweep);
  };

  const sweep = (): void => {
    cancelSweep = undefined;
    const nowMs = clock.now();
    const sleptMs = ownSleepMs(lastSweepMs, nowMs);
    if (sleptMs > 0) onOwnSleep(sleptMs);
    for (const peer of [...peers()]) {
      if (sleptMs > 0) excuse(peer, nowMs, sleptMs);
      onVerdict(peer, judgeLiveness(peer, nowMs, limits), nowMs);
    }
    for (const _ of peers()) return begin();
  };

  return {
    begin,
    end() {
      cancelSweep?.();
      cancelSweep = undefined;
    },
  };
}

// While this process slept it could hear nobody; the time does not count against the others.
function excuse(peer: ProvenContact, nowMs: number, sleptMs: number): void {
  peer.lastHeardMs += sleptMs;
  peer.probedAtMs = undefined;
  peer.nextProbeAtMs = nowMs;
}
