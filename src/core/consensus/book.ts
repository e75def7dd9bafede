import type { AgentId } from "../identity/ids.js";
import { type EndFault, faultOfBallot, type HeldBallots, judgeEnd, verdictOf } from "./judgement.js";
import type { Verdict } from "./outcome.js";
import { equivocation, hasEvidence, isUnresolved, openPoll, type Poll, withHeld } from "./poll.js";
import { type Equivocation, MAX_OPEN_PROPOSALS, type ProposalId } from "./proposal.js";
import type { EndCause, SignedBallot, SignedEnd, SignedProposal } from "./voteLetters.js";

/** Votes that have ended and are kept. */
export const MAX_ENDED = 200;
/** Ballots kept of proposals that have not come yet: of one agent, and of all. */
export const MAX_STRAYS = { perAgent: 16, total: 512 } as const;
/** A vote whose end never came is forgotten after a week. */
const UNRESOLVED_LIFE_MS = 7 * 86_400_000;

/** What one member knows of all votes in its room. Immutable; {@link reduceBook} makes the next one. */
export interface Book {
  readonly self: AgentId;
  readonly polls: ReadonlyMap<ProposalId, Poll>;
  /** Ballots that came before their proposal. */
  readonly strays: readonly SignedBallot[];
}

/** What happened. Letters in it were opened: who they say wrote them has signed them. */
export type BookEvent = { readonly atMs: number } & (
  | { readonly type: "proposal"; readonly signed: SignedProposal; readonly deadlineAtMs?: number }
  | { readonly type: "ballot"; readonly ballot: SignedBallot }
  | { readonly type: "end"; readonly end: SignedEnd }
  /** Nobody else was there when we made it. */
  | { readonly type: "alone"; readonly signed: SignedProposal; readonly verdict: Verdict }
  | { readonly type: "withdraw"; readonly id: ProposalId }
  /** The end of a vote of ours could not be kept. */
  | { readonly type: "end-failed"; readonly id: ProposalId }
  | { readonly type: "tick" }
);

/** What is to be done about it. */
export type BookEffect =
  | { readonly type: "opened"; readonly poll: Poll }
  | { readonly type: "counted"; readonly ballot: SignedBallot }
  /** Ours has ended with what `held` holds: the end is to be signed, kept and told. */
  | {
      readonly type: "end";
      readonly signed: SignedProposal;
      readonly held: HeldBallots;
      readonly cause: EndCause;
      readonly verdict: Verdict;
    }
  | { readonly type: "decided"; readonly poll: Poll }
  | { readonly type: "equivocation"; readonly evidence: Equivocation }
  | { readonly type: "forgotten"; readonly id: ProposalId }
  | { readonly type: "dropped"; readonly code: BookDrop };

/** Why something was not taken. */
export type BookDrop = EndFault | "too-many-proposals" | "too-many-stray-ballots";

/** The next book, and what is to be done. */
export interface Turn {
  readonly book: Book;
  readonly effects: readonly BookEffect[];
}

export function emptyBook(self: AgentId): Book {
  return { self, polls: new Map(), strays: [] };
}

/** The one place where a book is remade. Pure. */
export function reduceBook(book: Book, event: BookEvent): Turn {
  switch (event.type) {
    case "proposal":
      return takeProposal(book, event.signed, event.atMs, event.deadlineAtMs);
    case "ballot":
      return takeBallot(book, event.ballot, event.atMs);
    case "end":
      return takeEnd(book, event.end, event.atMs);
    case "alone":
      return takeAlone(book, event.signed, event.verdict, event.atMs);
    case "withdraw":
      return withdraw(book, event.id);
    case "end-failed":
      return still(changed(book, event.id, (poll) => ({ ...poll, isEnding: false })));
    case "tick":
      return tick(book, event.atMs);
  }
}

// --- turns ------------------------------------------------------------------------------------

function still(book: Book): Turn {
  return { book, effects: [] };
}

function drop(book: Book, code: BookDrop): Turn {
  return { book, effects: [{ type: "dropped", code }] };
}

function after(turn: Turn, next: (book: Book) => Turn): Turn {
  const { book, effects } = next(turn.book);
  return { book, effects: [...turn.effects, ...effects] };
}

function withPoll(book: Book, poll: Poll): Book {
  return { ...book, polls: new Map(book.polls).set(poll.signed.proposal.id, poll) };
}

function changed(book: Book, id: ProposalId, change: (poll: Poll) => Poll): Book {
  const poll = book.polls.get(id);
  return poll === undefined ? book : withPoll(book, change(poll));
}

function forget(book: Book, id: ProposalId): Turn {
  const polls = new Map(book.polls);
  polls.delete(id);
  return { book: { ...book, polls }, effects: [{ type: "forgotten", id }] };
}

// --- proposals --------------------------------------------------------------------------------

function takeProposal(book: Book, signed: SignedProposal, atMs: number, deadlineAtMs?: number): Turn {
  const known = book.polls.get(signed.proposal.id);
  if (known !== undefined)
    return known.signed.hash === signed.hash ? still(book) : disgrace(book, known, "proposals", signed, atMs);
  const room = makeRoom(book, signed.proposal.proposer, atMs);
  if (room === undefined) return drop(book, "too-many-proposals");
  return after(room, (roomy) => {
    const poll = openPoll(signed, atMs, deadlineAtMs);
    const opened: Turn = { book: withPoll(roomy, poll), effects: [{ type: "opened", poll }] };
    return after(opened, (next) => takeStrays(next, poll, atMs));
  });
}

/** All of them before it can end: one may prove what another is worth. */
function takeStrays(book: Book, poll: Poll, atMs: number): Turn {
  const { id } = poll.signed.proposal;
  const due = book.strays.filter(({ proposalId }) => proposalId === id);
  if (due.length === 0) return still(book);
  const strays = book.strays.filter(({ proposalId }) => proposalId !== id);
  const held = withPoll({ ...book, strays }, { ...poll, isEnding: true });
  return after(takeAll(still(held), due, atMs), (next) => {
    const free = changed(next, id, (now) => ({ ...now, isEnding: false }));
    return endIfDecided(free, free.polls.get(id) ?? poll);
  });
}

/** Whether one more proposal of this agent would be taken. */
export function hasRoomFor(book: Book, proposer: AgentId, atMs: number): boolean {
  return makeRoom(book, proposer, atMs) !== undefined;
}

/** A book with room for a proposal of this agent; those whose end never came give way. */
function makeRoom(book: Book, proposer: AgentId, atMs: number): Turn | undefined {
  const open = [...book.polls.values()].filter(({ end }) => end === undefined);
  const theirs = open.filter(({ signed }) => signed.proposal.proposer === proposer);
  if (theirs.length >= MAX_OPEN_PROPOSALS.perAgent) return giveWay(book, theirs, atMs);
  if (open.length >= MAX_OPEN_PROPOSALS.total) return giveWay(book, open, atMs);
  return still(book);
}

function giveWay(book: Book, polls: readonly Poll[], atMs: number): Turn | undefined {
  // One of ours that is still being ended was made on another device: that one would have to end it.
  const unresolved = polls.filter(
    (poll) => isUnresolved(poll, atMs) && (poll.isEnding || !isOurs(book, poll)),
  );
  const oldest = unresolved.reduce<Poll | undefined>(
    (first, poll) => (first === undefined || poll.deadlineAtMs < first.deadlineAtMs ? poll : first),
    undefined,
  );
  return oldest && forget(book, oldest.signed.proposal.id);
}

function takeAlone(book: Book, signed: SignedProposal, verdict: Verdict, atMs: number): Turn {
  const poll: Poll = { ...openPoll(signed, atMs), end: { ...verdict, atMs, signed: undefined } };
  const effects: BookEffect[] = [
    { type: "opened", poll: { ...poll, end: undefined } },
    { type: "decided", poll },
  ];
  return after({ book: withPoll(book, poll), effects }, trim);
}

// --- ballots ----------------------------------------------------------------------------------

function isOurs({ self }: Book, { signed }: Poll): boolean {
  return signed.proposal.proposer === self;
}

function takeBallot(book: Book, ballot: SignedBallot, atMs: number): Turn {
  const poll = book.polls.get(ballot.proposalId);
  if (poll === undefined) return keepStray(book, ballot);
  const fault = faultOfBallot(poll.signed, ballot);
  if (fault !== undefined) return drop(book, fault);
  if (poll.end !== undefined) return takeLateBallot(book, poll, ballot);
  // What comes after the deadline counts no more, though the end may not be written, or could not be kept.
  if (isOurs(book, poll) && atMs >= poll.deadlineAtMs)
    return after(endAtDeadline(book, poll), (next) =>
      takeLateBallot(next, next.polls.get(ballot.proposalId) ?? poll, ballot),
    );
  const [first, second] = poll.held.get(ballot.agentId) ?? [];
  if (first === undefined) return count(book, withHeld(poll, ballot.agentId, [ballot]), ballot);
  if (second !== undefined || first.choice === ballot.choice) return still(book);
  return countAsNone(book, poll, first, ballot);
}

function keepStray(book: Book, ballot: SignedBallot): Turn {
  const { strays } = book;
  const theirs = strays.filter(({ agentId }) => agentId === ballot.agentId);
  const isKnown = theirs.some((one) => one.proposalId === ballot.proposalId && one.choice === ballot.choice);
  if (isKnown) return still(book);
  const oldest =
    theirs.length >= MAX_STRAYS.perAgent
      ? theirs[0]
      : strays.length >= MAX_STRAYS.total
        ? strays[0]
        : undefined;
  if (oldest === undefined) return still({ ...book, strays: [...strays, ballot] });
  const left = strays.filter((stray) => stray !== oldest);
  return drop({ ...book, strays: [...left, ballot] }, "too-many-stray-ballots");
}

function count(book: Book, poll: Poll, ballot: SignedBallot): Turn {
  const counted: Turn = { book: withPoll(book, poll), effects: [{ type: "counted", ballot }] };
  return after(counted, (next) => endIfDecided(next, poll));
}

function countAsNone(book: Book, poll: Poll, first: SignedBallot, second: SignedBallot): Turn {
  const evidence = equivocation(poll, "ballots", second.agentId, [first, second]);
  const next = withHeld(poll, second.agentId, [first, second]);
  const proven: Poll = { ...next, evidence: [...poll.evidence, evidence] };
  const effects: BookEffect[] = [
    { type: "counted", ballot: second },
    { type: "equivocation", evidence },
  ];
  return after({ book: withPoll(book, proven), effects }, (now) => endIfDecided(now, proven));
}

/** A ballot after the end changes nothing; it may prove that its voter had said something else. */
function takeLateBallot(book: Book, poll: Poll, ballot: SignedBallot): Turn {
  const [first, second] = poll.held.get(ballot.agentId) ?? [];
  if (first === undefined || second !== undefined || first.choice === ballot.choice) return still(book);
  if (hasEvidence(poll, "ballots", ballot.agentId)) return still(book);
  return withEvidence(book, poll, equivocation(poll, "ballots", ballot.agentId, [first, ballot]));
}

function withEvidence(book: Book, poll: Poll, evidence: Equivocation): Turn {
  return {
    book: withPoll(book, { ...poll, evidence: [...poll.evidence, evidence] }),
    effects: [{ type: "equivocation", evidence }],
  };
}

// --- ends of our own votes --------------------------------------------------------------------

function endIfDecided(book: Book, poll: Poll): Turn {
  return isOurs(book, poll) && !poll.isEnding ? endFor(book, poll, "decided") : still(book);
}

function endAtDeadline(book: Book, poll: Poll): Turn {
  return poll.isEnding ? still(book) : endFor(book, poll, "deadline");
}

function endFor(book: Book, poll: Poll, cause: EndCause): Turn {
  const { signed, held } = poll;
  const verdict = verdictOf(signed, held, cause);
  if (verdict === undefined) return still(book);
  return {
    book: withPoll(book, { ...poll, isEnding: true }),
    effects: [{ type: "end", signed, held, cause, verdict }],
  };
}

function withdraw(book: Book, id: ProposalId): Turn {
  const poll = book.polls.get(id);
  if (poll === undefined || poll.end !== undefined || poll.isEnding || !isOurs(book, poll))
    return still(book);
  return endFor(book, poll, "withdrawn");
}

function tick(book: Book, atMs: number): Turn {
  let turn = still(book);
  for (const poll of book.polls.values()) {
    if (poll.end !== undefined || atMs < poll.deadlineAtMs) continue;
    if (isOurs(book, poll) && !poll.isEnding) turn = after(turn, (next) => endAtDeadline(next, poll));
    else if (atMs >= poll.deadlineAtMs + UNRESOLVED_LIFE_MS)
      turn = after(turn, (next) => forget(next, poll.signed.proposal.id));
  }
  return turn;
}

// --- ends that were told ----------------------------------------------------------------------

function takeEnd(book: Book, end: SignedEnd, atMs: number): Turn {
  const judged = judgeEnd(end);
  if (typeof judged === "string") return drop(book, judged);
  const known = book.polls.get(end.proposal.proposal.id);
  if (known !== undefined && known.signed.hash !== end.proposal.hash)
    return disgrace(book, known, "proposals", end.proposal, atMs);
  if (known?.end !== undefined) return takeSecondEnd(book, known, end, judged.verdict, atMs);
  const before = known ?? openPoll(end.proposal, atMs);
  const { id } = end.proposal.proposal;
  const waited = book.strays.filter(({ proposalId }) => proposalId === id);
  const decided: Poll = {
    ...before,
    held: judged.held,
    isEnding: false,
    end: { ...judged.verdict, atMs, signed: end },
  };
  const strays = book.strays.filter((ballot) => !waited.includes(ballot));
  const turn: Turn = {
    book: withPoll({ ...book, strays }, decided),
    effects: [{ type: "decided", poll: decided }],
  };
  const compared = after(turn, (next) => compareBallots(next, before, decided));
  return after(takeAll(compared, waited, atMs), trim);
}

function takeAll(turn: Turn, ballots: readonly SignedBallot[], atMs: number): Turn {
  return ballots.reduce((now, ballot) => after(now, (next) => takeBallot(next, ballot, atMs)), turn);
}

/** What we held may prove more than the end does, and the end more than we held. */
function compareBallots(book: Book, before: Poll, decided: Poll): Turn {
  let turn = still(book);
  const id = decided.signed.proposal.id;
  for (const [agentId, [first, second]] of decided.held) {
    if (second !== undefined && !hasEvidence(before, "ballots", agentId)) {
      const evidence = equivocation(before, "ballots", agentId, [first, second]);
      turn = after(turn, (next) => withEvidence(next, next.polls.get(id) ?? decided, evidence));
    }
    for (const ours of second === undefined ? (before.held.get(agentId) ?? []) : [])
      turn = after(turn, (next) => takeLateBallot(next, next.polls.get(id) ?? decided, ours));
  }
  return turn;
}

/** Of two ends that say the same, everybody keeps the same one; of two that differ, nobody believes any. */
function takeSecondEnd(book: Book, poll: Poll, end: SignedEnd, verdict: Verdict, atMs: number): Turn {
  const first = poll.end?.signed;
  if (first === undefined || first.hash === end.hash) return still(book);
  const isSame = first.outcome === verdict.outcome && first.winner === verdict.winner;
  if (!isSame) return disgrace(book, poll, "ends", end, atMs);
  const { proposer } = poll.signed.proposal;
  const isLater = first.hash < end.hash;
  const kept = isLater ? poll : retold(poll, end, verdict);
  if (hasEvidence(poll, "ends", proposer)) return still(withPoll(book, kept));
  return withEvidence(book, kept, equivocation(poll, "ends", proposer, [first, end]));
}

function retold(poll: Poll, end: SignedEnd, verdict: Verdict): Poll {
  const judged = judgeEnd(end);
  const held = typeof judged === "string" ? poll.held : judged.held;
  return { ...poll, held, end: { ...verdict, atMs: poll.end?.atMs ?? 0, signed: end } };
}

/** The proposer signed two things: whatever it says, there is no outcome of this vote. */
function disgrace(
  book: Book,
  poll: Poll,
  what: "proposals" | "ends",
  other: SignedProposal | SignedEnd,
  atMs: number,
): Turn {
  if (poll.end?.reason === "proposer-equivocated") return still(book);
  const { proposer } = poll.signed.proposal;
  const first = what === "ends" ? (poll.end?.signed ?? poll.signed) : poll.signed;
  const evidence = equivocation(poll, what, proposer, [first, other]);
  const verdict: Verdict = { outcome: "unavailable", reason: "proposer-equivocated", winner: undefined };
  const disgraced: Poll = {
    ...poll,
    evidence: [...poll.evidence, evidence],
    isEnding: false,
    end: { ...verdict, atMs, signed: undefined },
  };
  const effects: BookEffect[] = [
    { type: "equivocation", evidence },
    { type: "decided", poll: disgraced },
  ];
  return after({ book: withPoll(book, disgraced), effects }, trim);
}

/** Of the votes that have ended, the oldest of the agent that has most of them gives way. */
function trim(book: Book): Turn {
  const ended = [...book.polls.values()].filter(({ end }) => end !== undefined);
  if (ended.length <= MAX_ENDED) return still(book);
  const ofAgents = new Map<AgentId, readonly Poll[]>();
  for (const poll of ended) {
    const { proposer } = poll.signed.proposal;
    ofAgents.set(proposer, [...(ofAgents.get(proposer) ?? []), poll]);
  }
  const most = [...ofAgents.values()].reduce((a, b) => (b.length > a.length ? b : a));
  const oldest = most.reduce((a, b) => ((b.end?.atMs ?? 0) < (a.end?.atMs ?? 0) ? b : a));
  return after(forget(book, oldest.signed.proposal.id), trim);
}
