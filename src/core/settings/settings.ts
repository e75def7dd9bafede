import type { Evidence, Finding } from "../finding.js";
import type { SignalingChange, TransportSettings } from "../transport/transport.js";

/** What `configureSignaling()` can change; what is absent stays as it is. */
export interface SettingsChange extends SignalingChange {
  readonly room?: string;
  /** `null`: the room has none. Left out, it stays as it is, also when the room changes. */
  readonly secret?: string | Uint8Array | null;
  /** What others call this member, at most 64 characters; `null`: it has no name. They are told at once. */
  readonly name?: string | null;
}

/** How `configureSignaling()` goes about a change. */
export interface ConfigureOptions {
  /** For the joining that a change may need. Default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * `true` risks nothing: another server, or another room or token, is asked first, and nothing is left where it would not let us
   * in; where the new room cannot be entered nonetheless, the old settings are in force again, and the old room is entered.
   * Default `false`: the change holds, and the swarm goes on trying.
   */
  readonly isCautious?: boolean;
}

/** What is in force and not told elsewhere in the snapshot; without token, secret and credentials. */
export interface SettingsView {
  /** Whether the room has a secret. */
  readonly hasSecret: boolean;
  /** `undefined` where the transport has none that can be told. */
  readonly transport: TransportSettings | undefined;
}

/** `server`: does it answer, and would it let us into the room? `ice`: do STUN and TURN servers answer, and take us? */
export type SettingsTestPart = "server" | "ice";

/** Options of `testSettings()`. */
export interface SettingsTestOptions {
  /** Tests what would hold after this change, which is not made. Default: what is in force. */
  readonly change?: SettingsChange;
  /** What is known by then is the result. Default 12,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Outcome of `testSettings()`. */
export interface SettingsTest {
  /** `well`: nothing to mend. `impaired`: a finding is a warning. `failing`: one is an error. */
  readonly verdict: "well" | "impaired" | "failing";
  /** What is wrong, with the mend. */
  readonly findings: readonly Finding[];
  /** What was seen, also where nothing is wrong. */
  readonly evidence: readonly Evidence[];
  readonly durationMs: number;
}

/**
 * Tests settings, those in force or those that a change would bring.
 * @throws SwarmError `invalid-option`, `aborted`, `unsupported-platform` where the transport cannot test; all by rejection
 */
export type TestSettings = (part: SettingsTestPart, options?: SettingsTestOptions) => Promise<SettingsTest>;
