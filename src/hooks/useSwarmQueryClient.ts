import { QueryClient, QueryClientContext } from "@tanstack/react-query";
import { useContext } from "react";
import type { Swarm } from "../core/index.js";
import { useSwarm } from "./useSwarm.js";

const privateClients = new WeakMap<Swarm, QueryClient>();

/** The same for every component of one swarm; gone with it. */
function privateClientOf(swarm: Swarm): QueryClient {
  let client = privateClients.get(swarm);
  if (client === undefined) {
    client = new QueryClient();
    privateClients.set(swarm, client);
  }
  return client;
}

/**
 * The TanStack Query client that the hooks of a swarm use: the app's own, from the nearest `QueryClientProvider`; without one
 * a private client of the swarm. For hooks and `useQuery` calls of your own, as their second argument.
 * @example
 * const { data } = useQuery(requestManyQueryOptions(useSwarm(), { request: load, payload: null }), useSwarmQueryClient());
 */
export function useSwarmQueryClient(): QueryClient {
  const swarm = useSwarm();
  return useContext(QueryClientContext) ?? privateClientOf(swarm);
}
