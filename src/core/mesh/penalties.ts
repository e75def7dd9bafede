import type { Clock } from "../clock.js";
import type { SwarmErrorCode } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { ViolationCode } from "../wire/inbox.js";

/** How long a peer that misbehaved is refused. */
export const PENALTY_MS = 60_000;
/** Offences, weighed, after which a peer is closed. */
export const MAX_STRIKES = 8;

/** What an offence weighs. A peer can be too quick by accident, malformed or forged frames are none. */
export const STRIKES: Readonly<Record<ViolationCode, number>> = {
  "malformed-frame": 1,
  "bad-signature": 1,
  "malformed-message": 1,
  "repeated-message": 1,
  "stale-message": 0,
  // What is too much is dealt with by stages, see restraint.ts.
  "backlog-exceeded": 0,
  "malformed-chunk": 1,
  "bad-chunk": 1,
  "credit-exceeded": 1,
};

// Failures of an attempt that show a peer to be broken, hostile or unwanted, not merely out of reach.
const PUNISHED_FAILURES: ReadonlySet<SwarmErrorCode> = new Set([
  "protocol-error",
  "handshake-failed",
  "peer-refused",
  "secret-mismatch",
]);

/** Who is refused for a while, and until when. */
export interface Penalties {
  impose(peerId: PeerId): void;
  /** Imposes one where the failure of an attempt deserves it. */
  judge(peerId: PeerId, failure: SwarmErrorCode): void;
  /** How long it still lasts; 0 where there is none. */
  remainingMs(peerId: PeerId): number;
}

export function createPenalties(clock: Clock): Penalties {
  const untilMs = new Map<PeerId, number>();
  const impose = (peerId: PeerId): void => {
    const nowMs = clock.now();
    // Those that are over go here, so that peers which never return are not remembered for ever.
    for (const [known, endMs] of untilMs) if (endMs <= nowMs) untilMs.delete(known);
    untilMs.set(peerId, nowMs + PENALTY_MS);
  };
  return {
    impose,
    judge(peerId, failure) {
      if (PUNISHED_FAILURES.has(failure)) impose(peerId);
    },
    remainingMs: (peerId) => Math.max(0, (untilMs.get(peerId) ?? 0) - clock.now()),
  };
}
