import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type {
  PeerId,
  RequestDefinition,
  RequestOptions,
  RequestOutcome,
  Swarm,
  SwarmError,
} from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** What one request asks, of whom. */
export interface RequestVariables<Input> extends RequestOptions {
  readonly peerId: PeerId;
  readonly payload: Input;
}

/** What a request that is a query asks; TanStack Query brings the signal. */
export interface RequestQuery<Input, Output> {
  readonly peerId: PeerId;
  readonly request: RequestDefinition<Input, unknown, unknown, Output>;
  readonly payload: NoInfer<Input>;
  /** Default 30,000. */
  readonly timeoutMs?: number;
}

/** What a request to several peers asks; without `peerIds` all that are connected. */
export interface RequestManyQuery<Input, Output> extends Omit<RequestQuery<Input, Output>, "peerId"> {
  readonly peerIds?: readonly PeerId[];
}

const MAX_RETRIES = 2;

// Only time may bring another answer. Peers are there or not whatever the browser says of the internet.
const manners = {
  retry: (failures: number, { code }: SwarmError) => failures < MAX_RETRIES && code === "request-timeout",
  networkMode: "always",
} as const;

/**
 * Options of a TanStack Query query that asks one peer; it is cancelled there when nobody wants it any more.
 * @example
 * const { data } = useQuery(requestQueryOptions(swarm, { peerId, request: sum, payload: [1, 2] }));
 */
export function requestQueryOptions<Input, Output>(
  swarm: Swarm,
  { peerId, request, payload, timeoutMs }: RequestQuery<Input, Output>,
) {
  return queryOptions<Output, SwarmError>({
    queryKey: swarmKeys.request(request.type, peerId, payload),
    queryFn: ({ signal }) => swarm.request(peerId, request, payload as Input, { timeoutMs, signal }),
    ...manners,
  });
}

/**
 * Options of a query that asks several peers and has one outcome for each of them; it never fails as a whole.
 * @example
 * const { data } = useQuery(requestManyQueryOptions(swarm, { request: load, payload: null }));
 */
export function requestManyQueryOptions<Input, Output>(
  swarm: Swarm,
  { peerIds, request, payload, timeoutMs }: RequestManyQuery<Input, Output>,
) {
  const { room } = swarm.store.getSnapshot().signaling;
  return queryOptions<readonly RequestOutcome<Output>[], SwarmError>({
    queryKey: swarmKeys.requestMany(room, request.type, peerIds ?? "everyone", payload),
    queryFn: ({ signal }) => swarm.requestMany(peerIds, request, payload as Input, { timeoutMs, signal }),
    ...manners,
  });
}

/**
 * Options of a mutation that asks one peer: for requests that change something, which are never repeated.
 * @example
 * const { mutate } = useMutation(requestMutationOptions(swarm, rename));
 */
export function requestMutationOptions<Input, Output>(
  swarm: Swarm,
  request: RequestDefinition<Input, unknown, unknown, Output>,
) {
  return mutationOptions<Output, SwarmError, RequestVariables<Input>>({
    mutationKey: swarmKeys.request(request.type),
    mutationFn: ({ peerId, payload, ...options }) => swarm.request(peerId, request, payload, options),
    networkMode: "always",
  });
}
