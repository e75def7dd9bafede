/**
 * Asked-for results as TanStack Query queries and mutations. An entry of its own, so that `peerswarm/react` does
 * without `@tanstack/react-query`.
 * @packageDocumentation
 */

export {
  type RequestManyQuery,
  type RequestQuery,
  type RequestVariables,
  requestManyQueryOptions,
  requestMutationOptions,
  requestQueryOptions,
} from "./requestOptions.js";
export { useRequest, useRequestQuery } from "./useRequest.js";
