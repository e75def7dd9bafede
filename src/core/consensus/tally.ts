import type { AgentId } from "../identity/ids.js";
import { emptyRecord } from "../store/record.js";
import type { BallotChoice, Ballots, Tally, Verdict } from "./outcome.js";
import { mayVeto, type VotingRule, weightOf } from "./rule.js";

/** What is voted on, as far as counting is concerned. */
export interface Question {
  readonly rule: VotingRule;
  readonly electorate: readonly AgentId[];
  /** Empty where it is a matter of yes and no. */
  readonly options: readonly BallotChoice[];
}

/** What can be said on this question. */
export function choicesOf({ options }: Pick<Question, "options">): readonly BallotChoice[] {
  return options.length === 0 ? ["yes", "no", "abstain"] : [...options, "no", "abstain"];
}

/** Adds ballots up over the electorate; those of others do not count. */
export function countBallots({ rule, electorate }: Question, ballots: Ballots): Tally {
  const byChoice = emptyRecord<number>();
  const sums = { total: 0, cast: 0, pending: 0, equivocated: 0 };
  for (const agentId of electorate) {
    const weight = weightOf(rule, agentId);
    const ballot = ballots.get(agentId);
    sums.total += weight;
    if (ballot === undefined) sums.pending += weight;
    else if ("hasEquivocated" in ballot) sums.equivocated += weight;
    else {
      sums.cast += weight;
      byChoice[ballot.choice] = (byChoice[ballot.choice] ?? 0) + weight;
    }
  }
  return { ...sums, byChoice };
}

/**
 * How the vote has ended, or `undefined` where it is open. Before the deadline it says so only where no ballot of
 * those who have not voted could make it another one.
 */
export function decide(question: Question, ballots: Ballots, isOver: boolean): Verdict | undefined {
  const { rule } = question;
  const tally = countBallots(question, ballots);
  const { total, cast, pending } = tally;
  const leader = leaderOf(question, tally);
  // First, because then not even a veto changes it.
  if (!isQuorum(rule, cast + pending, total)) return ended("no-quorum", "out-of-reach");
  if (hasVeto(question, ballots)) return ended("rejected", "veto");
  if (!isEnough(rule, leader.weight + pending, total)) return ended("rejected", "out-of-reach");
  const isMet = isQuorum(rule, cast, total) && isEnough(rule, leader.weight, total);
  if (isMet && (isOver || !awaitsVeto(question, ballots)))
    return { outcome: "approved", reason: "rule-met", winner: leader.choice };
  if (!isOver) return undefined;
  return ended(isQuorum(rule, cast, total) ? "expired" : "no-quorum", "deadline");
}

function ended(outcome: Verdict["outcome"], reason: Verdict["reason"]): Verdict {
  return { outcome, reason, winner: undefined };
}

// Every rule asks for more than half, so that there is one leader at most that meets it.
function leaderOf({ options }: Question, { byChoice }: Tally): { choice: BallotChoice; weight: number } {
  let leader = { choice: "yes", weight: 0 };
  for (const choice of options.length === 0 ? ["yes"] : options) {
    const weight = byChoice[choice] ?? 0;
    if (weight > leader.weight) leader = { choice, weight };
  }
  return leader;
}

/** Whether this weight is what the rule demands. Quotients, because a threshold of 0.55 is met by 55 of 100. */
function isEnough({ kind, threshold = 0.5 }: VotingRule, weight: number, total: number): boolean {
  if (2 * weight <= total) return false;
  switch (kind) {
    case "majority":
      return true;
    case "two-thirds":
      return 3 * weight >= 2 * total;
    case "unanimous":
      return weight === total;
    case "weighted":
      return weight / total >= threshold;
  }
}

function isQuorum({ quorum }: VotingRule, weight: number, total: number): boolean {
  return total > 0 && weight / total >= quorum;
}

function hasVeto({ rule, electorate }: Question, ballots: Ballots): boolean {
  return electorate.some((agentId) => {
    const ballot = ballots.get(agentId);
    return ballot !== undefined && "choice" in ballot && ballot.choice === "no" && mayVeto(rule, agentId);
  });
}

function awaitsVeto({ rule, electorate }: Question, ballots: Ballots): boolean {
  return electorate.some((agentId) => !ballots.has(agentId) && mayVeto(rule, agentId));
}
