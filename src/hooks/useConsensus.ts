import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useMemo } from "react";
import type {
  CastBallot,
  Consensus,
  Decision,
  ProposalDraft,
  ProposalSnapshot,
  Swarm,
  SwarmError,
} from "../core/index.js";
import { useProposals } from "./useProposals.js";
import { useSwarm } from "./useSwarm.js";
import { useSwarmQueryClient } from "./useSwarmQueryClient.js";
import { proposeMutationOptions, type VoteVariables, voteMutationOptions } from "./voteOptions.js";

/** What {@link useConsensus} gives. */
export interface UseConsensusResult extends Pick<Consensus, "guard" | "withdraw"> {
  /** Open and unresolved ones first, newest first, then the last 50 that have ended. */
  readonly proposals: readonly ProposalSnapshot[];
  /** Those that are open. */
  readonly open: readonly ProposalSnapshot[];
  /** Puts something to the vote; `data` is the decision, whatever that is. */
  readonly propose: UseMutationResult<Decision, SwarmError, ProposalDraft>;
  /** Casts this agent's ballot. */
  readonly vote: UseMutationResult<CastBallot, SwarmError, VoteVariables>;
}

/**
 * Votes: what is open and what was decided, live, and how to take part. A component that only shows them renders less with
 * `useProposals`.
 * @example
 * const { open, propose, vote } = useConsensus();
 * return (
 *   <>
 *     <button onClick={() => propose.mutate({ kind: "change", subject: "rename room", risk: "low" })}>Ask</button>
 *     {open.map(({ id, subject }) => (
 *       <button key={id} onClick={() => vote.mutate({ proposalId: id, choice: "yes" })}>Yes to {subject}</button>
 *     ))}
 *   </>
 * );
 */
export function useConsensus(): UseConsensusResult {
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const proposals = useProposals();
  const propose = useMutation(proposeMutationOptions(swarm), client);
  const vote = useMutation(voteMutationOptions(swarm), client);
  const open = useMemo(() => proposals.filter(({ state }) => state === "open"), [proposals]);
  const actions = useMemo(() => actionsOf(swarm), [swarm]);
  return { proposals, open, propose, vote, ...actions };
}

function actionsOf({ consensus }: Swarm): Pick<Consensus, "guard" | "withdraw"> {
  return {
    guard: (change, apply, options) => consensus.guard(change, apply, options),
    withdraw: (proposalId) => consensus.withdraw(proposalId),
  };
}
