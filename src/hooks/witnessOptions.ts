import { mutationOptions, queryOptions } from "@tanstack/react-query";
import {
  type PeerId,
  type Swarm,
  type SwarmError,
  type VerifyWitnessOptions,
  verifyWitness,
  type WitnessedSession,
  type WitnessVerdict,
} from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** Whose session of a witness log. */
export interface WitnessVariables {
  /** Default the present session, or the last one. */
  readonly peerId?: PeerId;
}

/** Whose session is verified, and how long anyone waits for it. */
export interface VerifyWitnessVariables
  extends WitnessVariables,
    Pick<VerifyWitnessOptions, "signal" | "onProgress"> {}

/**
 * Options of a TanStack Query query for the sessions whose records are in this browser's storage, oldest first.
 * @example
 * const { data: sessions } = useQuery(witnessSessionsQueryOptions(swarm));
 */
export function witnessSessionsQueryOptions(swarm: Swarm) {
  return queryOptions<readonly WitnessedSession[], SwarmError>({
    queryKey: swarmKeys.witness(swarm, "sessions"),
    queryFn: () => swarm.witness.sessions(),
    retry: false,
    networkMode: "always",
  });
}

/**
 * Options of a mutation that writes the witness log of a session as JSON Lines, signed up to its end.
 * @example
 * const { mutate: save } = useMutation({ ...exportWitnessMutationOptions(swarm), onSuccess: (lines) => download(lines) });
 * return <button onClick={() => save()}>Save the log</button>;
 */
export function exportWitnessMutationOptions(swarm: Swarm) {
  // biome-ignore lint/suspicious/noConfusingVoidType: TanStack's way to say that there may be no variables.
  return mutationOptions<string, SwarmError, WitnessVariables | void>({
    mutationKey: swarmKeys.witness(swarm, "export"),
    mutationFn: (session) => swarm.witness.export(session ?? {}),
    networkMode: "always",
  });
}

/**
 * Options of a mutation that verifies the witness log of a session as anyone could; its `data` is the verdict, whatever that is.
 * A long log takes a while, in which the page goes on: `onProgress` says how far it is, `signal` ends it.
 * @example
 * const { mutate: verify, data } = useMutation(verifyWitnessMutationOptions(swarm));
 * return <button onClick={() => verify()}>{data?.isIntact ? "Unbroken" : "Verify"}</button>;
 */
export function verifyWitnessMutationOptions(swarm: Swarm) {
  // biome-ignore lint/suspicious/noConfusingVoidType: TanStack's way to say that there may be no variables.
  return mutationOptions<WitnessVerdict, SwarmError, VerifyWitnessVariables | void>({
    mutationKey: swarmKeys.witness(swarm, "verify"),
    mutationFn: async (given) => {
      const options = given ?? {};
      return verifyWitness(await swarm.witness.export(options), options);
    },
    networkMode: "always",
  });
}
