import type { SwarmErrorCode } from "./errors.js";
import type { PeerId } from "./identity/ids.js";
import type { PeerState } from "./store/snapshot.js";
import type { ExcessReason } from "./wire/intake.js";
import type { RestraintStage } from "./wire/restraint.js";

/** Every cause that `diagnose()` knows. Codes are stable: match on them, never on the text. */
export type FindingCode =
  | "insecure-context"
  | "no-webrtc"
  | "offline"
  | "tab-hidden"
  | "tab-throttled"
  | "tab-slept"
  | "storage-refused"
  | "not-joined"
  | "server-unreachable"
  | "not-a-signaling-server"
  | "wrong-path"
  | "wrong-key"
  | "origin-refused"
  | "websocket-blocked"
  | "server-full"
  | "server-refused"
  | "token-refused"
  | "id-taken"
  | "room-full"
  | "signaling-lost"
  | "ice-servers-invalid"
  | "relay-without-turn"
  | "no-candidates"
  | "stun-unreachable"
  | "turn-refused"
  | "turn-expired"
  | "turn-unreachable"
  | "no-path"
  | "peer-absent"
  | "refused-by-peer"
  | "secret-mismatch"
  | "handshake-failed"
  | "protocol-version"
  | "connections-exhausted"
  | "peer-unlinked"
  | "link-unreachable"
  | "peer-asleep"
  | "peer-held-back"
  | "limits-exceeded"
  | "banned"
  | "alone";

/** A fact behind a finding or a check. Times are milliseconds since the epoch. */
export type Evidence =
  | {
      readonly kind: "candidates";
      readonly host: number;
      readonly srflx: number;
      readonly relay: number;
      /** Whether the browser had finished looking. */
      readonly isComplete: boolean;
    }
  /** `icecandidateerror`: `errorCode` is STUN's (401: credentials refused), 701 where nobody answered. */
  | {
      readonly kind: "ice-error";
      readonly url: string;
      readonly errorCode: number;
      readonly text: string;
    }
  /** How long the first answer of a STUN server (`srflx`) or a TURN server (`relay`) took, hosts' names included. */
  | { readonly kind: "ice-answer"; readonly candidate: "srflx" | "relay"; readonly afterMs: number }
  /** Whether the server would let us into a room; `unknown`: it cannot tell without our entering. */
  | {
      readonly kind: "room-entry";
      readonly room: string;
      readonly answer: "welcome" | "refused" | "unknown";
      /** What the server said to it. */
      readonly said: string | undefined;
      readonly durationMs: number;
    }
  /** `status` is absent where nothing answered, or where the page may not read the answer (`isOpaque`). */
  | {
      readonly kind: "http";
      readonly url: string;
      readonly status: number | undefined;
      readonly isOpaque: boolean;
      readonly durationMs: number;
    }
  | {
      readonly kind: "websocket";
      readonly url: string;
      readonly isOpen: boolean;
      readonly closeCode: number | undefined;
      /** What the server said before it closed. */
      readonly said: string | undefined;
      readonly durationMs: number;
    }
  | { readonly kind: "error"; readonly code: SwarmErrorCode; readonly message: string }
  | {
      readonly kind: "signaling";
      readonly server: string;
      readonly connectedAtMs: number | undefined;
      readonly failedTries: number;
    }
  | {
      readonly kind: "peer";
      readonly peerId: PeerId;
      readonly state: PeerState | "gone";
      readonly attempts: number;
      readonly error: SwarmErrorCode | undefined;
    }
  | {
      readonly kind: "restraint";
      readonly peerId: PeerId;
      readonly stage: RestraintStage;
      readonly reason: ExcessReason;
      readonly untilMs: number;
    }
  | { readonly kind: "timer"; readonly dueAfterMs: number; readonly cameAfterMs: number }
  | { readonly kind: "sleep"; readonly sleptMs: number; readonly endedAtMs: number };

/** `error`: nothing works because of it. `warning`: something does not. `info`: explains, and needs no mending. */
export type FindingSeverity = "error" | "warning" | "info";

/** One cause, with what shows it and how to mend it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly what: string;
  readonly fix: string;
  readonly evidence: readonly Evidence[];
}
