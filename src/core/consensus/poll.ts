import type { AgentId } from "../identity/ids.js";
import type { HeldBallot, HeldBallots } from "./judgement.js";
import { ballotsOf } from "./judgement.js";
import type { Tally, Verdict } from "./outcome.js";
import type { Decision, Equivocation } from "./proposal.js";
import { countBallots } from "./tally.js";
import type { SignedBallot, SignedEnd, SignedProposal } from "./voteLetters.js";

/** How long after its deadline the end of a vote may still be on its way, in milliseconds. */
export const END_GRACE_MS = 15_000;

/** How a vote ended, as this member sees it. */
export interface PollEnd extends Verdict {
  readonly atMs: number;
  /** What the proposer signed; absent where nobody else was there, or it signed two things. */
  readonly signed: SignedEnd | undefined;
}

/** What one member knows of one proposal. Immutable. */
export interface Poll {
  readonly signed: SignedProposal;
  /** By our clock. */
  readonly openedAtMs: number;
  readonly deadlineAtMs: number;
  /** Once it has ended, those of its end. */
  readonly held: HeldBallots;
  readonly evidence: readonly Equivocation[];
  readonly end: PollEnd | undefined;
  /** Ours, and its end is being written. */
  readonly isEnding: boolean;
}

export function openPoll(signed: SignedProposal, openedAtMs: number, deadlineAtMs?: number): Poll {
  return {
    signed,
    openedAtMs,
    deadlineAtMs: deadlineAtMs ?? openedAtMs + signed.proposal.timeoutMs,
    held: new Map(),
    evidence: [],
    end: undefined,
    isEnding: false,
  };
}

/** It should have ended, and nobody told us how. */
export function isUnresolved({ end, deadlineAtMs }: Poll, nowMs: number): boolean {
  return end === undefined && nowMs >= deadlineAtMs + END_GRACE_MS;
}

/** Whether this agent could cast a ballot now that would count. */
export function canVote(poll: Poll, agentId: AgentId, nowMs: number): boolean {
  const { end, held, deadlineAtMs, isEnding, signed } = poll;
  if (end !== undefined || isEnding || nowMs >= deadlineAtMs) return false;
  return !held.has(agentId) && signed.proposal.electorate.includes(agentId);
}

export function withHeld(poll: Poll, agentId: AgentId, ballot: HeldBallot): Poll {
  return { ...poll, held: new Map(poll.held).set(agentId, ballot) };
}

/** Two letters of which an honest agent signs only one. */
export function equivocation(
  poll: Poll,
  what: Equivocation["what"],
  agentId: AgentId,
  [first, second]: readonly [Pick<SignedBallot, "letter">, Pick<SignedBallot, "letter">],
): Equivocation {
  return {
    proposalId: poll.signed.proposal.id,
    agentId,
    what,
    letters: [first.letter, second.letter],
    isAfterEnd: poll.end !== undefined,
  };
}

/** Whether such evidence against this agent is kept: one piece is enough. */
export function hasEvidence(poll: Poll, what: Equivocation["what"], agentId: AgentId): boolean {
  return poll.evidence.some((one) => one.what === what && one.agentId === agentId);
}

export function tallyOf({ signed, held }: Pick<Poll, "signed" | "held">): Tally {
  return countBallots(signed.proposal, ballotsOf(held));
}

/** What an ended poll tells; `undefined` while it is open. */
export function decisionOf(poll: Poll): Decision | undefined {
  const { end, signed } = poll;
  if (end === undefined) return undefined;
  const { outcome, reason, winner, atMs } = end;
  return {
    proposalId: signed.proposal.id,
    outcome,
    reason,
    winner,
    tally: tallyOf(poll),
    certificate: end.signed?.letter,
    endedAtMs: atMs,
  };
}
