import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { KnowledgeHit, SwarmError } from "../core/index.js";
import { type KnowledgeQueryOptions, knowledgeQueryOptions } from "./knowledgeOptions.js";
import { useSwarm } from "./useSwarm.js";
import { useSwarmQueryClient } from "./useSwarmQueryClient.js";
import { useSwarmSelector } from "./useSwarmSelector.js";

/**
 * Artifacts and reflections that fit, found here and in the room, as a TanStack Query query that follows what becomes
 * known.
 * @param query text or a vector; nothing is asked while it is `undefined` or blank
 * @example
 * const { data: hits = [], isFetching } = useKnowledgeQuery(text, { k: 20 });
 */
export function useKnowledgeQuery(
  query: string | Float32Array | undefined,
  options: KnowledgeQueryOptions = {},
): UseQueryResult<readonly KnowledgeHit[], SwarmError> {
  const swarm = useSwarm();
  // Knowledge belongs to an agent and a room, which the key names.
  useSwarmSelector(({ self, signaling }) => `${self.agentId} ${signaling.room}`);
  const enabled = typeof query === "string" ? query.trim() !== "" : query !== undefined;
  const asked = knowledgeQueryOptions(swarm, query ?? "", options);
  // The last answer stays for the next question, and not for none.
  const placeholderData = enabled ? asked.placeholderData : undefined;
  return useQuery({ ...asked, placeholderData, enabled }, useSwarmQueryClient());
}
