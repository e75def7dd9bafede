import { useCallback, useState } from "react";
import type { Swarm, VerifyProgress, VerifyWitnessOptions, WitnessVerdict } from "../../core/index.js";
import { useSwarm } from "../../hooks/index.js";
import { type Run, useRun } from "../../hooks/useRun.js";

/** What came of verifying a log. */
export interface Verified {
  readonly verdict: WitnessVerdict;
  /** The first line that does not hold. */
  readonly line: string | undefined;
}

/** What {@link useVerifying} gives. */
export interface UseVerifying extends Run<undefined, Verified> {
  /** How far it is; `undefined` until that is known. */
  readonly progress: VerifyProgress | undefined;
}

/** Verifies the log of this session as anyone could, when told to; ends with the component. */
export function useVerifying(): UseVerifying {
  const swarm = useSwarm();
  const [progress, setProgress] = useState<VerifyProgress>();
  const work = useCallback(
    (_: undefined, signal: AbortSignal) => {
      setProgress(undefined);
      return verify(swarm, { signal, onProgress: setProgress });
    },
    [swarm],
  );
  return { ...useRun(work, false), progress };
}

/** Loaded by the first that is verified. */
async function verify({ witness }: Swarm, options: VerifyWitnessOptions): Promise<Verified> {
  const { verifyWitness } = await import("../../core/witness/verifyWitness.js");
  const log = await witness.export();
  const verdict = await verifyWitness(log, options);
  return { verdict, line: verdict.isIntact ? undefined : log.split("\n")[verdict.line - 1] };
}
