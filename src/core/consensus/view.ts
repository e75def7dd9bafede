import type { AgentId } from "../identity/ids.js";
import { isSameList } from "../isSameList.js";
import type { Book } from "./book.js";
import { canVote, decisionOf, isUnresolved, type Poll, tallyOf } from "./poll.js";
import type { ConsensusView, ElectorSnapshot, ProposalId, ProposalSnapshot } from "./proposal.js";
import { weightOf } from "./rule.js";
import { choicesOf } from "./tally.js";

/** Ended votes that are shown. */
const MAX_SHOWN_ENDED = 50;

/** What a snapshot needs to know besides the book. */
export interface Surroundings {
  readonly nowMs: number;
  /** Whether a tab of this agent is connected, or it is we. */
  readonly isHere: (agentId: AgentId) => boolean;
  /** Whether ballots can be sent. */
  readonly isJoined: boolean;
}

/** Makes views of a book; what did not change is the same object as before. */
export function createViewer(): (book: Book, surroundings: Surroundings) => ConsensusView {
  let last: ConsensusView = { proposals: [] };
  let cache = new Map<ProposalId, Cached>();
  return (book, surroundings) => {
    const next = new Map<ProposalId, Cached>();
    const proposals = shownPolls(book).map((poll) => {
      const { id } = poll.signed.proposal;
      const moment = momentOf(poll, book.self, surroundings);
      const known = cache.get(id);
      const isSame = known?.poll === poll && known.moment.join() === moment.join();
      const cached = isSame ? known : { poll, moment, snapshot: snapshotOf(poll, book.self, surroundings) };
      next.set(id, cached);
      return cached.snapshot;
    });
    cache = next;
    if (!isSameList(last.proposals, proposals)) last = { proposals };
    return last;
  };
}

interface Cached {
  readonly poll: Poll;
  readonly moment: readonly boolean[];
  readonly snapshot: ProposalSnapshot;
}

function shownPolls({ polls }: Book): readonly Poll[] {
  const all = [...polls.values()];
  const open = all.filter(({ end }) => end === undefined).sort((a, b) => b.openedAtMs - a.openedAtMs);
  const ended = all
    .filter(({ end }) => end !== undefined)
    .sort((a, b) => (b.end?.atMs ?? 0) - (a.end?.atMs ?? 0));
  return [...open, ...ended.slice(0, MAX_SHOWN_ENDED)];
}

/** What of a snapshot changes though its poll does not. */
function momentOf(poll: Poll, self: AgentId, { nowMs, isHere, isJoined }: Surroundings): readonly boolean[] {
  return [
    isHere(poll.signed.proposal.proposer),
    isJoined && canVote(poll, self, nowMs),
    isUnresolved(poll, nowMs),
  ];
}

export function snapshotOf(poll: Poll, self: AgentId, surroundings: Surroundings): ProposalSnapshot {
  const { openedAtMs, deadlineAtMs, evidence } = poll;
  const { electorate, proposer, ...proposal } = poll.signed.proposal;
  const [isHere = false, mayVote = false, isLost = false] = momentOf(poll, self, surroundings);
  const decision = decisionOf(poll);
  return {
    ...proposal,
    proposer: { agentId: proposer, isHere },
    isOurs: proposer === self,
    electorate: electorate.map((agentId) => electorOf(poll, agentId)),
    choices: choicesOf(proposal),
    ballot: poll.held.get(self)?.[0].choice,
    canVote: mayVote,
    tally: tallyOf(poll),
    state: decision !== undefined ? "decided" : isLost ? "unresolved" : "open",
    outcome: decision?.outcome,
    reason: decision?.reason,
    winner: decision?.winner,
    openedAtMs,
    deadlineAtMs,
    endedAtMs: decision?.endedAtMs,
    evidence,
  };
}

function electorOf({ signed, held }: Poll, agentId: AgentId): ElectorSnapshot {
  const [first, second] = held.get(agentId) ?? [];
  return {
    agentId,
    weight: weightOf(signed.proposal.rule, agentId),
    choice: second === undefined ? first?.choice : undefined,
    hasEquivocated: second !== undefined,
  };
}
