import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { CheckResult, Diagnosis, SwarmError } from "../core/index.js";
import {
  type DiagnosisQuery,
  diagnosisProgressQueryOptions,
  diagnosisQueryOptions,
} from "./diagnosisOptions.js";
import { useSwarm } from "./useSwarm.js";
import { useSwarmQueryClient } from "./useSwarmQueryClient.js";

const NO_CHECKS: readonly CheckResult[] = [];

/**
 * Why this member cannot reach the server or a peer, as a TanStack Query query that runs when `refetch()` is called, and
 * never by itself. All components of a swarm share the last diagnosis.
 * @example
 * const { data, isFetching, refetch } = useDiagnosis();
 * return (
 *   <>
 *     <button disabled={isFetching} onClick={() => void refetch()}>What is wrong?</button>
 *     {data?.findings.map(({ code, what, fix }) => <p key={code}>{what} {fix}</p>)}
 *   </>
 * );
 */
export function useDiagnosis(query?: DiagnosisQuery): UseQueryResult<Diagnosis, SwarmError> {
  const options = diagnosisQueryOptions(useSwarm(), query);
  return useQuery({ ...options, enabled: false }, useSwarmQueryClient());
}

/**
 * How far the diagnosis that `useDiagnosis` runs is: every check with its state. Empty before the first one.
 * @example
 * const checks = useDiagnosisProgress();
 * const isOver = checks.every(({ state }) => state !== "waiting" && state !== "running");
 */
export function useDiagnosisProgress(): readonly CheckResult[] {
  return useQuery(diagnosisProgressQueryOptions(useSwarm()), useSwarmQueryClient()).data ?? NO_CHECKS;
}
