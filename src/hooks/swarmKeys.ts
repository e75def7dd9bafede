import type { AgentId, PeerId, ProposalId, Swarm } from "../core/index.js";

const numbers = new WeakMap<Swarm, number>();
let lastNumber = 0;

/** Tells swarms of one page apart, also while they have no peer id. */
function numberOf(swarm: Swarm): number {
  const known = numbers.get(swarm);
  if (known !== undefined) return known;
  numbers.set(swarm, ++lastNumber);
  return lastNumber;
}

/** Where an answer about knowledge comes from: this device, the room too, or content, which never changes. */
export type KnowledgeReach = "here" | "swarm" | "content";

/**
 * Keys under which answers of a swarm are in the app's `QueryClient`, for `invalidateQueries` and its kin. Every key begins
 * with `"peerswarm"`; what is left out at the end means all that follow.
 * @example
 * await queryClient.invalidateQueries({ queryKey: swarmKeys.request("load", peerId) });
 */
export const swarmKeys = {
  /** Everything that peerswarm keeps. */
  all: ["peerswarm"],
  /** What one peer answers to requests of a type: `requestQueryOptions`, `useRequestQuery`, `useRequest`. */
  request: (type: string, ...of: readonly [peerId?: PeerId, payload?: unknown]) =>
    ["peerswarm", "request", type, ...of] as const,
  /** What several peers of a room answer: `requestManyQueryOptions`. */
  requestMany: (
    room: string,
    ...of: readonly [type?: string, peerIds?: readonly PeerId[] | "everyone", payload?: unknown]
  ) => ["peerswarm", "request-many", room, ...of] as const,
  /** The last diagnosis of a swarm: `diagnosisQueryOptions`, `useDiagnosis`. */
  diagnosis: (swarm: Swarm) => ["peerswarm", "diagnosis", numberOf(swarm)] as const,
  /** How far it is: `diagnosisProgressQueryOptions`, `useDiagnosisProgress`. */
  diagnosisProgress: (swarm: Swarm) => ["peerswarm", "diagnosis-progress", numberOf(swarm)] as const,
  /** Joining, and changing where to: `joinMutationOptions`, `configureSignalingMutationOptions`. */
  connection: (swarm: Swarm) => ["peerswarm", "connection", numberOf(swarm)] as const,
  /** Files and big payloads sent: `sendFileMutationOptions`, `sendLargeMutationOptions`. */
  transfer: (swarm: Swarm) => ["peerswarm", "transfer", numberOf(swarm)] as const,
  /** Letters sent to agents that may be away: `sendReliablyMutationOptions`. */
  letter: (swarm: Swarm) => ["peerswarm", "letter", numberOf(swarm)] as const,
  /** The witness log: `witnessSessionsQueryOptions`, `exportWitnessMutationOptions`, `verifyWitnessMutationOptions`. */
  witness: (swarm: Swarm, ...of: readonly [what?: "sessions" | "export" | "verify"]) =>
    ["peerswarm", "witness", numberOf(swarm), ...of] as const,
  /** What tasks of a type come to: `taskQueryOptions`, `useTaskQuery`, `useTask`. */
  task: (type: string, ...of: readonly [input?: unknown]) => ["peerswarm", "task", type, ...of] as const,
  /** Votes that were asked for: `proposeMutationOptions`, `useConsensus`. */
  proposal: () => ["peerswarm", "proposal"] as const,
  /** Ballots that were cast: `voteMutationOptions`, `useConsensus`. */
  ballot: () => ["peerswarm", "ballot"] as const,
  /** Votes over a change that is then applied: `guardMutationOptions`. */
  guard: () => ["peerswarm", "guard"] as const,
  /** Proofs of how votes ended: `certificateQueryOptions`. */
  certificate: (...of: readonly [id?: ProposalId]) => ["peerswarm", "certificate", ...of] as const,
  /**
   * What an agent knows in a room, and finds there: `knowledgeQueryOptions`, `artifactQueryOptions`,
   * `knowledgeListQueryOptions`, `reflectionSearchQueryOptions` and their mutations. They are invalidated by themselves.
   */
  knowledge: (
    ...of: readonly [
      room?: string,
      reach?: KnowledgeReach,
      agentId?: AgentId | null,
      what?: string,
      which?: unknown,
    ]
  ) => ["peerswarm", "knowledge", ...of] as const,
} as const;
