import type { AgentId } from "../identity/ids.js";

/** What one agent says: `yes`, `no`, `abstain`, or one of the proposal's options. */
export type BallotChoice = string;

/**
 * How a vote ended. `approved`: the rule's ballots are there, signed. `rejected`: it cannot be approved any more, or
 * was withdrawn. `no-quorum`: too few voted. `expired`: enough voted, not enough for it. `unavailable`: no vote was
 * possible, or its proposer said two things.
 */
export type Outcome = "approved" | "rejected" | "no-quorum" | "expired" | "unavailable";

/**
 * Why. `rule-met`; `out-of-reach`: whatever the others say, the rule, or its quorum, cannot be met any more; `veto`;
 * `withdrawn` by its proposer; `deadline`; `swarm-unavailable`: nobody else was there; `proposer-equivocated`: the
 * proposer signed two different ends, or two proposals under one id.
 */
export type OutcomeReason =
  | "rule-met"
  | "out-of-reach"
  | "veto"
  | "withdrawn"
  | "deadline"
  | "swarm-unavailable"
  | "proposer-equivocated";

/** Ballots added up, in weight: without weights, in members. */
export interface Tally {
  /** Of the whole electorate. */
  readonly total: number;
  /** Of those whose ballot counts, abstentions included. */
  readonly cast: number;
  /** Of those who have not voted. */
  readonly pending: number;
  /** Of those who said two different things: it counts as none. */
  readonly equivocated: number;
  /** By choice; has no prototype. What nobody chose is absent. */
  readonly byChoice: Readonly<Record<BallotChoice, number>>;
}

/** A vote that is over. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: OutcomeReason;
  /** What was approved: `yes`, or one of the options. */
  readonly winner: BallotChoice | undefined;
}

/** What is known of one member of the electorate: a choice, two different ones, or nothing yet. */
export type Ballot = { readonly choice: BallotChoice } | { readonly hasEquivocated: true };

/** The ballots of a proposal, by agent. */
export type Ballots = ReadonlyMap<AgentId, Ballot>;
