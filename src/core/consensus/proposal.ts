import type { AgentId } from "../identity/ids.js";
import type { RiskLevel } from "../risk.js";
import type { Letter } from "../wire/letterShape.js";
import type { BallotChoice, Outcome, OutcomeReason, Tally } from "./outcome.js";
import type { RuleName, VotingRule } from "./rule.js";

/** Names a proposal everywhere: 32 hex digits, bound to the agent that made it. */
export type ProposalId = string;

/** Longest `kind`, `subject`, `rationale` and option, in UTF-16 units, and most options. */
export const PROPOSAL_LIMITS = {
  kindLength: 64,
  subjectLength: 256,
  rationaleLength: 4096,
  optionLength: 64,
  options: 16,
} as const;

/** Proposals that are open at a time: of one agent, and of all. */
export const MAX_OPEN_PROPOSALS = { perAgent: 16, total: 256 } as const;

/** How long a vote lasts unless told otherwise, in milliseconds. */
export const VOTE_TIMEOUT_MS = 30_000;
/** The shortest and the longest vote, in milliseconds. */
export const VOTE_TIMEOUT_RANGE_MS = { least: 100, most: 7 * 86_400_000 } as const;

/** Who is asked. Agents, not tabs; we ourselves only where we belong to it. */
export type ElectorateChoice =
  | { readonly roster: readonly AgentId[] }
  | { readonly region: string }
  | { readonly capability: string };

/** What is to be voted on. */
export interface ProposalDraft {
  /** What sort of thing it is, for the policies of others: `change`, `release`, … */
  readonly kind: string;
  readonly subject: string;
  readonly rationale?: string;
  readonly risk: RiskLevel;
  /** What to choose among, instead of yes and no: 2 to 16 different ones, none of them `yes`, `no` or `abstain`. */
  readonly options?: readonly string[];
  /** Default `majority` with a quorum of half. */
  readonly rule?: RuleName | Partial<VotingRule>;
  /** How long it is open, by the proposer's clock. Default 30,000. */
  readonly timeoutMs?: number;
  /** Default every agent that is connected now, and we. */
  readonly electorate?: ElectorateChoice;
  /** Our own ballot; `false` is none. Default `yes`, and with `options` none. */
  readonly ballot?: BallotChoice | false;
  /** What it comes to where nobody else is there. Default `unavailable`; never `approved` where the risk is high. */
  readonly whenAlone?: "approve";
  /** Withdraws the proposal. */
  readonly signal?: AbortSignal;
}

/** What everybody knows of a proposal: what its proposer signed. */
export interface Proposal {
  readonly id: ProposalId;
  readonly kind: string;
  readonly subject: string;
  readonly rationale: string;
  readonly risk: "low" | "medium" | "high";
  readonly options: readonly BallotChoice[];
  readonly rule: VotingRule;
  readonly timeoutMs: number;
  /** In the order of their ids. */
  readonly electorate: readonly AgentId[];
  /** Which group was asked, in words of the proposer; `electorate` is what counts. */
  readonly group: { readonly region: string } | { readonly capability: string } | undefined;
  readonly proposer: AgentId;
}

/** The proof of an outcome: the end of a vote, signed by its proposer, with the proposal and every ballot in it. */
export type Certificate = Letter;

/** What a vote came to. */
export interface Decision {
  readonly proposalId: ProposalId;
  readonly outcome: Outcome;
  readonly reason: OutcomeReason;
  /** What was approved: `yes`, or one of the options. */
  readonly winner: BallotChoice | undefined;
  /** What the end counted. */
  readonly tally: Tally;
  /** Absent where nobody else was there to vote. */
  readonly certificate: Certificate | undefined;
  /** By our clock, milliseconds since the epoch. */
  readonly endedAtMs: number;
}

/** Two things that one agent signed and of which an honest one signs only one. */
export interface Equivocation {
  readonly proposalId: ProposalId;
  readonly agentId: AgentId;
  /** Two different ballots; or, of a proposer, two proposals under one id or two ends. */
  readonly what: "ballots" | "proposals" | "ends";
  readonly letters: readonly [Letter, Letter];
  /** Found after the outcome, which it does not change unless `what` is something else than ballots. */
  readonly isAfterEnd: boolean;
}

/** A member of the electorate, and what it said so far. */
export interface ElectorSnapshot {
  readonly agentId: AgentId;
  readonly weight: number;
  readonly choice: BallotChoice | undefined;
  /** It said two different things, which counts as nothing. */
  readonly hasEquivocated: boolean;
}

/** One proposal as this member sees it. Times are milliseconds since the epoch, by our clock. */
export interface ProposalSnapshot extends Omit<Proposal, "electorate" | "proposer"> {
  /** `isHere`: a tab of it is connected, or it is we. Where it has gone before the end, there may never be one. */
  readonly proposer: { readonly agentId: AgentId; readonly isHere: boolean };
  readonly isOurs: boolean;
  readonly electorate: readonly ElectorSnapshot[];
  /** What can be said: `yes`, `no`, `abstain`, or the options, `no`, `abstain`. */
  readonly choices: readonly BallotChoice[];
  /** Our own ballot. */
  readonly ballot: BallotChoice | undefined;
  readonly canVote: boolean;
  /** So far; once it is decided, what the end counted. */
  readonly tally: Tally;
  /** `unresolved`: it should have ended, and nobody told us how. */
  readonly state: "open" | "decided" | "unresolved";
  readonly outcome: Outcome | undefined;
  readonly reason: OutcomeReason | undefined;
  readonly winner: BallotChoice | undefined;
  readonly openedAtMs: number;
  readonly deadlineAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly evidence: readonly Equivocation[];
}

/** All that this member knows of votes. */
export interface ConsensusView {
  /** Open and unresolved ones first, newest first; then the last 50 that have ended, newest first. */
  readonly proposals: readonly ProposalSnapshot[];
}

export const EMPTY_CONSENSUS: ConsensusView = { proposals: [] };
