import { abortedError, SwarmError, toSwarmError } from "../errors.js";
import type { Evidence, Finding } from "../finding.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { Transport } from "../transport/transport.js";
import { createHistory } from "./history.js";

/**
 * What is looked at: the platform, this tab, its storage, the signalling server, the ways out of this device (ICE), and the
 * peers that the room lists.
 */
export type CheckName = "platform" | "tab" | "storage" | "server" | "paths" | "peers";

/**
 * `passed`: nothing to mend. `found`: see the findings. `skipped`: it would open a connection, and the swarm is off, or the
 * transport cannot tell. `unfinished`: time ran out.
 */
export type CheckState = "waiting" | "running" | "passed" | "found" | "skipped" | "unfinished";

/** What became of one check. */
export interface CheckResult {
  readonly name: CheckName;
  readonly state: CheckState;
  readonly durationMs: number;
  /** What was seen, also where nothing is wrong. */
  readonly evidence: readonly Evidence[];
}

/** Outcome of `diagnose()`. `failing`: a finding is an error. `impaired`: one is a warning. `well`: nothing to mend. */
export interface Diagnosis {
  readonly verdict: "well" | "impaired" | "failing";
  /** What is wrong, the gravest first. */
  readonly findings: readonly Finding[];
  readonly checks: readonly CheckResult[];
  /** When it ended, milliseconds since the epoch. */
  readonly atMs: number;
}

/** Options of `diagnose()`. */
export interface DiagnoseOptions {
  /** Checks that are not done by then are `unfinished`. Default 15,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether a swarm that is off may reach for the signalling server, the ICE servers and the storage. Default `false`: a
   * swarm that has not joined opens nothing.
   */
  readonly probe?: boolean;
  /** Told whenever a check begins or ends. */
  readonly onProgress?: (checks: readonly CheckResult[]) => void;
}

/**
 * Examines why a member cannot reach the server or a peer; see `Swarm.diagnose`.
 * @throws SwarmError `aborted`, `invalid-option`; `internal` where its code cannot be loaded
 */
export type Diagnose = (options?: DiagnoseOptions) => Promise<Diagnosis>;

const DEFAULT_TIMEOUT_MS = 15_000;

/** The small half of the diagnosis: remembers what is over before anyone asks. */
export function startDiagnosis(port: ProtocolPort, transport: Transport): Diagnose {
  const history = createHistory(port);
  return async ({ timeoutMs = DEFAULT_TIMEOUT_MS, signal, probe = false, onProgress } = {}) => {
    if (!(timeoutMs > 0 && timeoutMs < Infinity)) throw invalidTimeout(timeoutMs);
    if (signal?.aborted) throw abortedError("The diagnosis", signal);
    const { runDiagnosis } = await port.runtime.track(import("./engine.js")).catch((error: unknown) => {
      throw toSwarmError(error, "internal", "The code of the diagnosis could not be loaded.");
    });
    return runDiagnosis({ port, transport, history, timeoutMs, signal, probe, onProgress });
  };
}

function invalidTimeout(timeoutMs: number): SwarmError {
  return new SwarmError("invalid-option", {
    what: `timeoutMs is ${timeoutMs}.`,
    why: "It is a duration in milliseconds, greater than 0.",
    fix: "Leave it out for the default.",
  });
}
