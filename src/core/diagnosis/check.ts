import { settleWithin } from "../abort.js";
import type { Clock } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { Evidence, Finding } from "../finding.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { Transport } from "../transport/transport.js";
import type { History } from "./history.js";

/** What one check has to work with. */
export interface CheckContext {
  readonly port: ProtocolPort;
  readonly transport: Transport;
  readonly history: History;
  readonly timeoutMs: number;
  /** Aborted when the check's time is over, too. */
  readonly signal: AbortSignal;
  /** Whether connections may be opened and the storage touched. */
  readonly mayReachOut: boolean;
}

/** What one check saw; `undefined` where it had to be skipped. */
export interface CheckOutcome {
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
}

/** Looks at one thing. */
export type Check = (context: CheckContext) => Promise<CheckOutcome | undefined>;

/** Nothing is wrong. */
export const NOTHING: CheckOutcome = { findings: [], evidence: [] };

const LOOK_EVERY_MS = 250;

/** Waits until `isSo`, at most `timeoutMs`; resolves either way. @throws SwarmError `aborted` */
export async function untilSo(
  { clock, timeoutMs, signal }: { clock: Clock; timeoutMs: number; signal: AbortSignal },
  isSo: () => boolean,
): Promise<void> {
  const endMs = clock.now() + timeoutMs;
  while (!isSo() && clock.now() < endMs)
    await pause(clock, Math.min(LOOK_EVERY_MS, endMs - clock.now()), signal);
}

/** Time that passes. @throws SwarmError `aborted` */
export function pause(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
  const onTimeout = (): SwarmError => new SwarmError("internal", { what: "A timer came twice." });
  return settleWithin<void>(
    { clock, timeoutMs: durationMs + 60_000, signal, what: "The diagnosis", onTimeout },
    (resolve) => clock.setTimer(durationMs, () => resolve()),
  );
}
