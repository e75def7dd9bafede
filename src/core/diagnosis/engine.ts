import { settleWithin, shareSignal } from "../abort.js";
import { abortedError, SwarmError } from "../errors.js";
import type { Finding, FindingSeverity } from "../finding.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { Transport } from "../transport/transport.js";
import type { Check, CheckOutcome } from "./check.js";
import { checkPaths } from "./checkPaths.js";
import { checkPeers } from "./checkPeers.js";
import { checkPlatform } from "./checkPlatform.js";
import { checkServer } from "./checkServer.js";
import { checkStorage } from "./checkStorage.js";
import { checkTab } from "./checkTab.js";
import type { CheckName, CheckResult, CheckState, DiagnoseOptions, Diagnosis } from "./diagnosis.js";
import type { History } from "./history.js";

const CHECKS: readonly (readonly [CheckName, Check])[] = [
  ["platform", checkPlatform],
  ["tab", checkTab],
  ["storage", checkStorage],
  ["server", checkServer],
  ["paths", checkPaths],
  ["peers", checkPeers],
];

// A check that waits for the others' network ends by itself before it is called unfinished.
const OWN_END_SHARE = 0.95;

const GRAVITY: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

export interface DiagnosisRun extends Required<Pick<DiagnoseOptions, "timeoutMs" | "probe">> {
  readonly port: ProtocolPort;
  readonly transport: Transport;
  readonly history: History;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: DiagnoseOptions["onProgress"];
}

/** Runs every check at once, each within the time that there is. */
export async function runDiagnosis(run: DiagnosisRun): Promise<Diagnosis> {
  const { port, signal } = run;
  const shared = shareSignal(signal);
  const board = createBoard(run);
  try {
    const outcomes = await Promise.all(
      CHECKS.map(([name, check]) => runCheck(run, shared.next(), board, name, check)),
    );
    const findings = outcomes.flatMap((outcome) => outcome?.findings ?? []);
    return {
      verdict: verdictOf(findings),
      findings: findings.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]),
      checks: board.results(),
      atMs: port.runtime.clock.now(),
    };
  } finally {
    shared.release();
  }
}

function verdictOf(findings: readonly Finding[]): Diagnosis["verdict"] {
  if (findings.some(({ severity }) => severity === "error")) return "failing";
  return findings.some(({ severity }) => severity === "warning") ? "impaired" : "well";
}

interface Board {
  begin(name: CheckName): void;
  end(name: CheckName, state: CheckState, outcome: CheckOutcome | undefined): void;
  results(): readonly CheckResult[];
}

/** How far each check is. */
function createBoard({ port, onProgress }: DiagnosisRun): Board {
  const { clock } = port.runtime;
  const startedAtMs = clock.now();
  let checks: readonly CheckResult[] = CHECKS.map(([name]) => ({
    name,
    state: "waiting",
    durationMs: 0,
    evidence: [],
  }));
  const change = (name: CheckName, next: Partial<CheckResult>): void => {
    checks = checks.map((check) => (check.name === name ? { ...check, ...next } : check));
    try {
      onProgress?.(checks);
    } catch (error) {
      port.handlerFailed(error, "onProgress of a diagnosis");
    }
  };
  return {
    begin: (name) => change(name, { state: "running" }),
    end: (name, state, outcome) =>
      change(name, { state, durationMs: clock.now() - startedAtMs, evidence: outcome?.evidence ?? [] }),
    results: () => checks,
  };
}

async function runCheck(
  run: DiagnosisRun,
  signal: AbortSignal | undefined,
  board: Board,
  name: CheckName,
  check: Check,
): Promise<CheckOutcome | undefined> {
  board.begin(name);
  try {
    const outcome = await inTime(run, signal, check);
    const isFound = outcome !== undefined && outcome.findings.length > 0;
    board.end(name, outcome === undefined ? "skipped" : isFound ? "found" : "passed", outcome);
    return outcome;
  } catch (error) {
    if (run.signal?.aborted) throw abortedError("The diagnosis", run.signal);
    board.end(name, "unfinished", undefined);
    if (!(error instanceof SwarmError) || error.code !== "aborted")
      run.port.handlerFailed(error, `The check of "${name}"`);
    return undefined;
  }
}

function inTime(
  { port, transport, history, timeoutMs, probe }: DiagnosisRun,
  signal: AbortSignal | undefined,
  check: Check,
): Promise<CheckOutcome | undefined> {
  const own = new AbortController();
  const mayReachOut = probe || port.snapshot().status !== "off";
  const over = (): SwarmError => new SwarmError("aborted", { what: "The time of a check is over." });
  return settleWithin<CheckOutcome | undefined>(
    { clock: port.runtime.clock, timeoutMs, signal, what: "The diagnosis", onTimeout: over },
    (resolve, reject) => {
      const context = { port, transport, history, mayReachOut, signal: own.signal };
      check({ ...context, timeoutMs: timeoutMs * OWN_END_SHARE }).then(resolve, reject);
      return () => own.abort(over());
    },
  );
}
