import type { AgentId } from "../identity/ids.js";
import type { Ballot, Ballots, Verdict } from "./outcome.js";
import { choicesOf, decide } from "./tally.js";
import type { SignedBallot, SignedEnd, SignedProposal } from "./voteLetters.js";

/** Why an end cannot be what it says. */
export type EndFault =
  | "wrong-proposer"
  | "wrong-room"
  | "stray-ballot"
  | "ballot-for-another-proposal"
  | "not-a-choice"
  | "repeated-ballot"
  | "outcome-does-not-follow";

/** Why a ballot is not one on this proposal. */
export type BallotFault = Extract<
  EndFault,
  "wrong-room" | "stray-ballot" | "ballot-for-another-proposal" | "not-a-choice"
>;

/** What of one agent is held: one ballot, or two different ones. */
export type HeldBallot = readonly [SignedBallot] | readonly [SignedBallot, SignedBallot];

/** Signed ballots by agent. */
export type HeldBallots = ReadonlyMap<AgentId, HeldBallot>;

/** Whether a ballot, whose signature holds, can be counted on this proposal. */
export function faultOfBallot(
  { proposal, hash, room }: SignedProposal,
  ballot: SignedBallot,
): BallotFault | undefined {
  if (ballot.room !== room) return "wrong-room";
  if (ballot.proposalId !== proposal.id || ballot.proposalHash !== hash) return "ballot-for-another-proposal";
  if (!proposal.electorate.includes(ballot.agentId)) return "stray-ballot";
  return choicesOf(proposal).includes(ballot.choice) ? undefined : "not-a-choice";
}

/** What the count sees of signed ballots. */
export function ballotsOf(held: HeldBallots): Ballots {
  const ballots = new Map<AgentId, Ballot>();
  for (const [agentId, [first, second]] of held)
    ballots.set(agentId, second === undefined ? { choice: first.choice } : { hasEquivocated: true });
  return ballots;
}

/** The verdict of a vote that ends for this cause; `undefined` where it cannot end yet. */
export function verdictOf(
  { proposal }: SignedProposal,
  held: HeldBallots,
  cause: SignedEnd["cause"],
): Verdict | undefined {
  if (cause === "withdrawn") return { outcome: "rejected", reason: "withdrawn", winner: undefined };
  return decide(proposal, ballotsOf(held), cause === "deadline");
}

/** The ballots of an end by agent, or what is wrong with them. */
export function heldBallotsOf({ proposal, ballots }: SignedEnd): HeldBallots | EndFault {
  const held = new Map<AgentId, HeldBallot>();
  for (const ballot of ballots) {
    const fault = faultOfBallot(proposal, ballot);
    if (fault !== undefined) return fault;
    const [first, second] = held.get(ballot.agentId) ?? [];
    if (second !== undefined || first?.choice === ballot.choice) return "repeated-ballot";
    held.set(ballot.agentId, first === undefined ? [ballot] : [first, ballot]);
  }
  return held;
}

/** An end that was looked into. */
export interface JudgedEnd {
  readonly held: HeldBallots;
  readonly verdict: Verdict;
}

/**
 * Counts the ballots of an end again, and refuses it where it says anything else. Signatures were checked before: its
 * own, the proposal's and each ballot's.
 */
export function judgeEnd(end: SignedEnd): JudgedEnd | EndFault {
  const { proposal } = end;
  if (end.from !== proposal.proposal.proposer) return "wrong-proposer";
  if (end.room !== proposal.room) return "wrong-room";
  const held = heldBallotsOf(end);
  if (typeof held === "string") return held;
  const verdict = verdictOf(proposal, held, end.cause);
  if (verdict?.outcome !== end.outcome || verdict.winner !== end.winner) return "outcome-does-not-follow";
  return { held, verdict };
}
