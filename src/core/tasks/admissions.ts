import type { Clock } from "../clock.js";
import type { AgentId } from "../identity/ids.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";

/** Assignments that one agent may send: a new one costs a hash, a record in the witness log and a change of the store. */
export const TASKS_AT_ONCE = 256;
export const TASKS_PER_SECOND = 128;
/** Agents whose allowance is remembered. */
const MAX_AGENTS = 1024;

/** Holds back agents that assign tasks faster than anyone has to. */
export interface Admissions {
  /** Whether this agent may assign another one now. */
  take(agentId: AgentId): boolean;
}

export function createAdmissions(clock: Clock): Admissions {
  const buckets = new Map<AgentId, TokenBucket>();

  const bucketOf = (agentId: AgentId): TokenBucket => {
    const bucket = buckets.get(agentId) ?? tokenBucket(clock, TASKS_PER_SECOND, TASKS_AT_ONCE);
    // Lately used ones last.
    buckets.delete(agentId);
    buckets.set(agentId, bucket);
    const oldest = buckets.keys().next().value;
    if (buckets.size > MAX_AGENTS && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  };

  return { take: (agentId) => takeOne(bucketOf(agentId)) };
}
