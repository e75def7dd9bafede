import type { Cancel } from "../clock.js";
import type { Change, RiskAssessment } from "./assessRisk.js";
import type { BallotChoice } from "./outcome.js";
import type { Certificate, Decision, Proposal, ProposalDraft, ProposalId } from "./proposal.js";

/** A vote that we asked for: what it comes to, and its id at once. */
export type ProposingVote = Promise<Decision> & { readonly id: ProposalId };

/** What became of a ballot. */
export interface CastBallot {
  /** What this agent has said: what was asked for, or what it, in this or another tab, said before. */
  readonly choice: BallotChoice;
  readonly isNew: boolean;
}

/**
 * Answers a proposal, or leaves it to others by `undefined`: another policy, a person. A policy that throws leaves it,
 * too.
 */
export type VotingPolicy = (
  proposal: Proposal,
) => BallotChoice | undefined | Promise<BallotChoice | undefined>;

/** How a guarded change is put to the vote; what it is about and its risk come from the change. */
export type GuardOptions = Omit<ProposalDraft, "kind" | "subject" | "rationale" | "risk" | "options">;

/** What became of a guarded change. */
export type Guarded<Result> = {
  readonly decision: Decision;
  readonly assessment: RiskAssessment;
} & ({ readonly applied: true; readonly result: Result } | { readonly applied: false });

/** Votes of the agents in a room. What is called while a join is under way waits for it; `not-joined` is for a swarm that is off. */
export interface Consensus {
  /**
   * Puts something to the vote and resolves with its outcome, whatever that is. While a join is under way it waits until it is
   * known who proposes (up to 30 s, `join-timeout`), and `id` is empty until then; who is linked by that time votes, so
   * `await swarm.join()` first where others should.
   * @throws SwarmError `invalid-option`, `not-joined`, `queue-full` (16 of ours are open, or 256 in all), `left`, `storage-failed`,
   * `internal`; all by rejection. After `left` the vote goes on once this agent is back; after any other of these nothing was
   * proposed, but where the end could not be kept (`storage-failed`): then it is tried again.
   * @example
   * const { outcome } = await swarm.consensus.propose({ kind: "change", subject: "rename room", risk: "low" });
   */
  propose(draft: ProposalDraft): ProposingVote;
  /**
   * Casts this agent's one ballot; it is kept before it is sent. Where this agent has voted, nothing changes.
   * @throws SwarmError `proposal-unknown`, `proposal-closed`, `not-eligible`, `invalid-option`, `not-joined`,
   * `storage-failed`
   */
  vote(proposalId: ProposalId, choice: BallotChoice): Promise<CastBallot>;
  /**
   * Asks `policy` about each proposal on which this agent can vote, those that are open included, but not about our
   * own. Returns the way to stop.
   * @example
   * swarm.consensus.onProposal(({ risk }) => (risk === "low" ? "yes" : undefined));
   */
  onProposal(policy: VotingPolicy): Cancel;
  /**
   * Ends a vote of ours before its time; it is then `rejected`. Does nothing where it has ended.
   * @throws SwarmError `proposal-unknown`, `not-eligible` (somebody else's), `not-joined`
   */
  withdraw(proposalId: ProposalId): Promise<void>;
  /** The proof of how a vote ended, for others and for later; `undefined` where there is none here. */
  certificate(proposalId: ProposalId): Promise<Certificate | undefined>;
  /**
   * Assesses a change, puts it to the vote, and calls `apply` only if it is approved.
   * @throws SwarmError as `propose` does; and what `apply` throws
   * @example
   * const { applied } = await swarm.consensus.guard(
   *   { subject: "update dependencies", files: [{ path: "package.json", action: "update" }] },
   *   () => writeFile("package.json", text),
   * );
   */
  guard<Result>(
    change: Change,
    apply: () => Result | Promise<Result>,
    options?: GuardOptions,
  ): Promise<Guarded<Result>>;
}
