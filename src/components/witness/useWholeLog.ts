import { useMutation } from "@tanstack/react-query";
import { toSwarmError } from "../../core/errors.js";
import type { Swarm, SwarmError, WitnessRecord } from "../../core/index.js";
import { useSwarm, useSwarmQueryClient } from "../../hooks/index.js";

/** All records that are kept of this session, as they were when they were asked for. */
export interface WholeLog {
  /** Oldest first; `undefined` until they have been asked for. */
  readonly records: readonly WitnessRecord[] | undefined;
  readonly isLoading: boolean;
  readonly error: SwarmError | undefined;
  readonly load: () => void;
  /** Back to those that are live. */
  readonly forget: () => void;
}

/** Reads the whole log on demand: the store has its last records only. */
export function useWholeLog(): WholeLog {
  const swarm = useSwarm();
  const { data, error, isPending, mutate, reset } = useMutation(
    { mutationFn: () => readLog(swarm), networkMode: "always", gcTime: 0 },
    useSwarmQueryClient(),
  );
  return {
    records: data,
    isLoading: isPending,
    error: error === null ? undefined : toSwarmError(error, "internal", "The witness log could not be read."),
    load: () => mutate(),
    forget: reset,
  };
}

async function readLog({ witness }: Swarm): Promise<readonly WitnessRecord[]> {
  const lines = (await witness.export()).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as WitnessRecord);
}
