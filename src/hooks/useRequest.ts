import { type UseMutationResult, type UseQueryResult, useMutation, useQuery } from "@tanstack/react-query";
import type { RequestDefinition, SwarmError } from "../core/index.js";
import {
  type RequestQuery,
  type RequestVariables,
  requestMutationOptions,
  requestQueryOptions,
} from "./requestOptions.js";
import { useSwarm } from "./useSwarm.js";
import { useSwarmQueryClient } from "./useSwarmQueryClient.js";

/**
 * Asks a peer when told to, as a TanStack Query mutation.
 * @param request a definition made once with `defineRequest`
 * @example
 * const { mutate, data, isPending } = useRequest(sum);
 * return <button disabled={isPending} onClick={() => mutate({ peerId, payload: [1, 2, 3] })}>Add: {data}</button>;
 */
export function useRequest<Input, Output>(
  request: RequestDefinition<Input, unknown, unknown, Output>,
): UseMutationResult<Output, SwarmError, RequestVariables<Input>> {
  return useMutation(requestMutationOptions(useSwarm(), request), useSwarmQueryClient());
}

/**
 * What a peer answers, asked when the component is mounted and kept as any TanStack Query query.
 * @example
 * const { data, error } = useRequestQuery({ peerId, request: load, payload: null });
 */
export function useRequestQuery<Input, Output>(
  query: RequestQuery<Input, Output>,
): UseQueryResult<Output, SwarmError> {
  return useQuery(requestQueryOptions(useSwarm(), query), useSwarmQueryClient());
}
