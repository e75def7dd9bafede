import type { SwarmErrorCode } from "../errors.js";

/** Tries to get a proven link, ours and theirs, since the swarm was created. */
export interface AttemptCounts {
  readonly succeeded: number;
  readonly failed: number;
  /** Links that stood at the first try. */
  readonly succeededAtOnce: number;
  /** `succeeded / (succeeded + failed)`, 0 to 1; `undefined` before the first. */
  readonly successRate: number | undefined;
  /** Failed ones by the code of their error. */
  readonly failures: Readonly<Partial<Record<SwarmErrorCode, number>>>;
}

export const NO_ATTEMPTS: AttemptCounts = {
  succeeded: 0,
  failed: 0,
  succeededAtOnce: 0,
  successRate: undefined,
  failures: {},
};

/** How an attempt ended: at which try the link stood, or with which error it failed. */
export type AttemptOutcome = { readonly attempt: number } | { readonly failure: SwarmErrorCode };

/** Counts of a finished attempt added to those before it. Pure. */
export function countAttempt(counts: AttemptCounts, outcome: AttemptOutcome): AttemptCounts {
  const isFailure = "failure" in outcome;
  const succeeded = counts.succeeded + (isFailure ? 0 : 1);
  const failed = counts.failed + (isFailure ? 1 : 0);
  return {
    succeeded,
    failed,
    succeededAtOnce: counts.succeededAtOnce + (!isFailure && outcome.attempt === 1 ? 1 : 0),
    successRate: succeeded / (succeeded + failed),
    failures: isFailure
      ? { ...counts.failures, [outcome.failure]: (counts.failures[outcome.failure] ?? 0) + 1 }
      : counts.failures,
  };
}
