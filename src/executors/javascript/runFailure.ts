import { SwarmError } from "../../core/errors.js";
import type { RunLimits } from "./limits.js";
import type { RunEnd } from "./protocol.js";

type Failure = Extract<RunEnd, { ok: false }>;

const inMebibytes = (bytes: number): string => `${bytes / (1024 * 1024)} MiB`;

/** The error that the app sees for a run that failed. */
export function runFailure({ code, thrown }: Failure, limits: RunLimits): SwarmError {
  switch (code) {
    case "sandbox-timeout":
      return new SwarmError(code, {
        what: `The script ran longer than ${limits.timeoutMs / 1000} s.`,
        fix: "Give it less to do at once, or raise timeoutMs.",
      });
    case "sandbox-memory":
      return new SwarmError(code, {
        what: `The script wanted more memory than its ${inMebibytes(limits.memoryBytes)}.`,
        fix: "Give it less to do at once, or raise memoryBytes.",
        cause: thrown?.stack,
      });
    case "sandbox-output":
      return new SwarmError(code, {
        what: `The script printed more than ${limits.outputBytes} bytes, or returned more than ${limits.resultBytes}.`,
        fix: "Let it print or return less, or raise outputBytes or resultBytes.",
      });
    case "sandbox-error":
      return new SwarmError(code, {
        what: "The script failed.",
        why: thrown === undefined ? "What it threw has no text." : `${thrown.name}: ${thrown.message}`,
        fix: "Mend the script; error.cause is its stack.",
        cause: thrown?.stack,
      });
  }
}
