import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type {
  BallotChoice,
  CastBallot,
  Certificate,
  Change,
  Decision,
  Guarded,
  GuardOptions,
  ProposalDraft,
  ProposalId,
  Swarm,
  SwarmError,
} from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** How often a certificate that is not there yet is asked of this device. */
const CERTIFICATE_POLL_MS = 1000;

/** One ballot: on what, and what it says. */
export interface VoteVariables {
  readonly proposalId: ProposalId;
  readonly choice: BallotChoice;
}

/** What `guardMutationOptions` asks the room to allow, and how. */
export interface GuardVariables extends GuardOptions {
  readonly change: Change;
}

/**
 * Options of a TanStack Query mutation that puts something to the vote. It is pending as long as the vote is open. Its `data` is the
 * decision, whatever that is: a vote that was lost is no `error`.
 * @example
 * const { mutate, data } = useMutation(proposeMutationOptions(swarm));
 */
export function proposeMutationOptions(swarm: Swarm) {
  return mutationOptions<Decision, SwarmError, ProposalDraft>({
    mutationKey: swarmKeys.proposal(),
    mutationFn: (draft) => swarm.consensus.propose(draft),
    networkMode: "always",
  });
}

/**
 * Options of a mutation that casts this agent's ballot. Its `data` says which ballot counts: where this agent
 * had voted before, that one.
 * @example
 * const { mutate } = useMutation(voteMutationOptions(swarm));
 */
export function voteMutationOptions(swarm: Swarm) {
  return mutationOptions<CastBallot, SwarmError, VoteVariables>({
    mutationKey: swarmKeys.ballot(),
    mutationFn: ({ proposalId, choice }) => swarm.consensus.vote(proposalId, choice),
    networkMode: "always",
  });
}

/**
 * Options of a mutation that ends a vote of this agent before its time; it is then `rejected`.
 * @example
 * const { mutate: withdraw } = useMutation(withdrawMutationOptions(swarm));
 * return <button onClick={() => withdraw(proposal.id)}>Withdraw</button>;
 */
export function withdrawMutationOptions(swarm: Swarm) {
  return mutationOptions<void, SwarmError, ProposalId>({
    mutationKey: swarmKeys.proposal(),
    mutationFn: (proposalId) => swarm.consensus.withdraw(proposalId),
    networkMode: "always",
  });
}

/**
 * Options of a mutation that assesses a change, puts it to the vote, and applies it only if it is approved. Its `data`
 * has the decision and whether the change was applied; where `apply` throws, that is its `error`.
 * @param apply called with the change, at most once, after the room has approved
 * @example
 * const { mutate, data } = useMutation(guardMutationOptions(swarm, ({ subject }) => rename(subject)));
 * return <button onClick={() => mutate({ change: { subject: "library" } })}>{data?.applied ? "Renamed" : "Rename"}</button>;
 */
export function guardMutationOptions<Result>(
  swarm: Swarm,
  apply: (change: Change) => Result | Promise<Result>,
) {
  return mutationOptions<Guarded<Result>, Error, GuardVariables>({
    mutationKey: swarmKeys.guard(),
    mutationFn: ({ change, ...options }) => swarm.consensus.guard(change, () => apply(change), options),
    networkMode: "always",
  });
}

/**
 * Options of a query for the certificate of a vote; `null` where there is none here, or none yet: while
 * it is shown it comes with the end of the vote. Once there is one, it stays as it is.
 * @example
 * const { data: certificate } = useQuery(certificateQueryOptions(swarm, proposal.id));
 */
export function certificateQueryOptions(swarm: Swarm, id: ProposalId) {
  return queryOptions<Certificate | null, SwarmError>({
    queryKey: swarmKeys.certificate(id),
    queryFn: async () => (await swarm.consensus.certificate(id)) ?? null,
    staleTime: ({ state }) => (state.data == null ? 0 : Number.POSITIVE_INFINITY),
    // It is asked of this device, and comes with the end of the vote.
    refetchInterval: ({ state }) => (state.data === null ? CERTIFICATE_POLL_MS : false),
    retry: false,
    networkMode: "always",
  });
}
