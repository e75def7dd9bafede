import { queryOptions } from "@tanstack/react-query";
import type { CheckResult, Diagnosis, Swarm, SwarmError } from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** What a diagnosis as a query takes; TanStack Query brings the signal. */
export interface DiagnosisQuery {
  /** Default 15,000. */
  readonly timeoutMs?: number;
  /** Whether a swarm that is off may reach for the network and the storage. Default `false`. */
  readonly probe?: boolean;
}

/**
 * Options of a query that diagnoses the swarm. It is never run again by itself: what it finds is of one moment.
 * @example
 * const diagnosis = await queryClient.fetchQuery(diagnosisQueryOptions(swarm));
 */
export function diagnosisQueryOptions(swarm: Swarm, { timeoutMs, probe }: DiagnosisQuery = {}) {
  return queryOptions<Diagnosis, SwarmError>({
    queryKey: swarmKeys.diagnosis(swarm),
    queryFn: ({ signal, client }) =>
      swarm.diagnose({
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(probe !== undefined && { probe }),
        signal,
        onProgress: (checks) =>
          void client.setQueryData(diagnosisProgressQueryOptions(swarm).queryKey, checks),
      }),
    retry: false,
    networkMode: "always",
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
    // A diagnosis has its times and its evidence: one is not part of another.
    structuralSharing: false,
  });
}

/**
 * Options of a query that shows how far the diagnosis of `diagnosisQueryOptions` is; it asks nothing itself.
 * @example
 * const { data: checks = [] } = useQuery(diagnosisProgressQueryOptions(swarm));
 */
export function diagnosisProgressQueryOptions(swarm: Swarm) {
  return queryOptions<readonly CheckResult[], SwarmError>({
    queryKey: swarmKeys.diagnosisProgress(swarm),
    queryFn: () => [],
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
