import { createDeferred, type Deferred } from "../deferred.js";
import { abortedError, SwarmError, toSwarmError } from "../errors.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { type Letter, writeLetter } from "../wire/letter.js";
import type { CastBallot, VotingPolicy } from "./api.js";
import { createArchive, damagedBallot } from "./archive.js";
import { type BookEffect, hasRoomFor } from "./book.js";
import { type Drawn, draw } from "./draft.js";
import { scopeOf } from "./kept.js";
import { createLedger } from "./ledger.js";
import { voteBallot, voteEnd, voteProposal } from "./messages.js";
import type { BallotChoice } from "./outcome.js";
import { canVote, decisionOf, type Poll } from "./poll.js";
import {
  type Certificate,
  type Decision,
  MAX_OPEN_PROPOSALS,
  type Proposal,
  type ProposalDraft,
  type ProposalId,
} from "./proposal.js";
import { createNonce } from "./proposalId.js";
import { createReader, type Reader } from "./reader.js";
import { replay } from "./replay.js";
import { choicesOf } from "./tally.js";
import { createTeller, type Teller } from "./teller.js";
import {
  ballotLetter,
  endLetter,
  readBallot,
  readEnd,
  type SignedBallot,
  type SignedProposal,
} from "./voteLetters.js";
import { createWatchman } from "./watchman.js";

/** The votes of one stay in one room. */
export interface Chamber {
  readonly reader: Reader;
  readonly teller: Teller;
  propose(letterId: string, draft: ProposalDraft): Promise<Decision>;
  vote(id: ProposalId, choice: BallotChoice): Promise<CastBallot>;
  withdraw(id: ProposalId): Promise<void>;
  certificate(id: ProposalId): Promise<Certificate | undefined>;
  /** Asks a policy that was not there before about what is open. */
  policyAdded(policy: VotingPolicy): void;
  /** Peers have come or gone. */
  peersChanged(): void;
  /** What happens from now on waits until what was kept is back. */
  readonly ready: Promise<void>;
  close(): void;
}

/** A ballot of this agent that is kept, and may be told. */
interface OwnBallot {
  readonly ballot: SignedBallot;
  readonly isNew: boolean;
}

/** Opens the votes of a stay, beginning with those that were kept. */
export function openChamber(
  port: ProtocolPort,
  self: PortSelf,
  policies: ReadonlySet<VotingPolicy>,
): Chamber {
  const { runtime } = port;
  const { identity, room } = self;
  const own = identity.agentId;
  const archive = createArchive(runtime.storage, scopeOf(own, room), () => runtime.clock.now());
  const waiting = new Map<ProposalId, Deferred<Decision>>();
  let isRestoring = true;

  // --- what is written ------------------------------------------------------------------------

  let lastWrite: Promise<unknown> = Promise.resolve();
  /** Writes one after the other, so that what is kept last is what is known last. */
  const write = (work: () => Promise<unknown>): void => {
    lastWrite = lastWrite.then(work).catch(() => port.dropped("storage-failed", undefined));
  };

  const keep = (id: ProposalId): void =>
    write(async () => {
      const poll = ledger.book.polls.get(id);
      // Nobody else was there: nothing was signed that could be kept.
      if (poll !== undefined && poll.end?.reason !== "swarm-unavailable") await archive.keep(poll);
    });

  const address = () => ({
    id: createNonce(runtime.randomBytes),
    room,
    from: own,
    nowMs: runtime.clock.now(),
  });

  const writeBallot = (signed: SignedProposal, choice: BallotChoice): Promise<Letter> =>
    writeLetter(ballotLetter(signed, choice, address()), identity);

  const keepBallot = async (signed: SignedProposal, choice: BallotChoice): Promise<OwnBallot> => {
    const { id } = signed.proposal;
    const { letter, isNew } = await archive.ownBallot(id, () => writeBallot(signed, choice));
    const ballot = readBallot(letter);
    if (ballot === undefined) throw damagedBallot(id);
    return { ballot, isNew };
  };

  const tellBallot = ({ ballot, isNew }: OwnBallot): void => {
    if (ledger.isClosed) return;
    const { proposalId: proposal, choice, letter } = ballot;
    if (isNew) port.note({ kind: "ballot_cast", detail: { proposal, choice } });
    ledger.dispatch({ type: "ballot", ballot });
    teller.tell(voteBallot, letter);
  };

  const cast = async (signed: SignedProposal, choice: BallotChoice): Promise<CastBallot> => {
    const own = await keepBallot(signed, choice);
    tellBallot(own);
    return { choice: own.ballot.choice, isNew: own.isNew };
  };

  const writeEnd = ({ signed, held, cause, verdict }: BookEffect & { type: "end" }): Promise<Letter> => {
    const ballots = signed.proposal.electorate.flatMap((agentId) => held.get(agentId) ?? []);
    const { outcome, winner } = verdict;
    return writeLetter(endLetter({ proposal: signed, ballots, cause, outcome, winner }, address()), identity);
  };

  const endVote = async (effect: BookEffect & { type: "end" }): Promise<void> => {
    const letter = await archive.ownEnd(effect.signed.proposal.id, () => writeEnd(effect));
    const end = letter && readEnd(letter);
    // Made on another device of this agent: that one ends it.
    if (letter === undefined || end === undefined || ledger.isClosed) return;
    ledger.dispatch({ type: "end", end });
    teller.tell(voteEnd, letter);
  };

  const endFailed = (id: ProposalId, error: unknown): void => {
    port.dropped("storage-failed", undefined);
    ledger.dispatch({ type: "end-failed", id });
    waiting.get(id)?.reject(toSwarmError(error, "storage-failed", "The end of the vote could not be kept."));
    waiting.delete(id);
  };

  // --- what follows from what happened --------------------------------------------------------

  const ask = (policy: VotingPolicy, { signed }: Poll): void => {
    const { id } = signed.proposal;
    const answer = async (): Promise<void> => {
      const choice = await policy(signed.proposal);
      const poll = ledger.book.polls.get(id);
      if (choice === undefined || poll === undefined || ledger.isClosed) return;
      assertChoice(poll, choice);
      if (canVote(poll, own, runtime.clock.now())) await cast(signed, choice);
    };
    answer().catch((error: unknown) => port.handlerFailed(error, "A voting policy"));
  };

  const isForPolicies = (poll: Poll): boolean =>
    poll.signed.proposal.proposer !== own && canVote(poll, own, runtime.clock.now());

  const opened = (poll: Poll): void => {
    const { id, kind, risk, proposer, electorate } = poll.signed.proposal;
    const detail = { proposal: id, kind, risk, electorate: electorate.length };
    if (proposer === own) port.note({ kind: "proposal_made", detail });
    else port.note({ kind: "proposal_received", detail: { ...detail, agent: proposer } });
    port.emit("proposal-opened", ledger.snapshotOf(poll));
    if (isForPolicies(poll)) for (const policy of [...policies]) ask(policy, poll);
  };

  const decided = (poll: Poll): void => {
    const decision = decisionOf(poll);
    if (decision === undefined) return;
    const { proposalId, outcome, reason } = decision;
    port.note({ kind: "consensus_result", detail: { proposal: proposalId, outcome, reason } });
    port.emit("consensus-result", decision);
    waiting.get(proposalId)?.resolve(decision);
    waiting.delete(proposalId);
  };

  const follow = (effect: BookEffect): void => {
    switch (effect.type) {
      case "opened":
        opened(effect.poll);
        return keep(effect.poll.signed.proposal.id);
      case "counted": {
        const { ballot } = effect;
        const { proposalId: proposal, agentId: agent, choice } = ballot;
        if (agent !== own) port.note({ kind: "ballot_received", detail: { proposal, agent, choice } });
        return write(() => archive.keepBallot(ballot));
      }
      case "decided":
        decided(effect.poll);
        return keep(effect.poll.signed.proposal.id);
      case "equivocation": {
        const { proposalId: proposal, agentId: agent, what } = effect.evidence;
        port.note({ kind: "equivocation_found", detail: { proposal, agent, what } });
        port.emit("equivocation-found", effect.evidence);
        return keep(proposal);
      }
      case "forgotten":
        return write(() => archive.forget(effect.id));
      case "dropped":
        return port.dropped(effect.code, undefined);
      case "end":
        return;
    }
  };

  const ledger = createLedger(port, self, (effect) => {
    // An end that is due when a page comes back is due as any other.
    if (effect.type === "end")
      endVote(effect).catch((error: unknown) => endFailed(effect.signed.proposal.id, error));
    else if (!isRestoring) follow(effect);
    watchman.arm();
  });
  const teller = createTeller(port, () => ledger.book);
  const reader = createReader(port, self, ledger);
  const watchman = createWatchman(runtime, () => ledger.book, {
    onDue() {
      ledger.dispatch({ type: "tick" });
      ledger.refresh();
      watchman.arm();
    },
    onRound: () => teller.meetNext(),
  });

  // --- what was kept --------------------------------------------------------------------------

  const restore = async (): Promise<void> => {
    try {
      replay(await archive.load(), room, ledger.dispatch);
    } catch {
      // Without what was kept the stay goes on with what the peers tell.
      port.dropped("storage-failed", undefined);
    }
    isRestoring = false;
    if (ledger.isClosed) return;
    ledger.dispatch({ type: "tick" });
    watchman.arm();
    for (const poll of ledger.book.polls.values())
      if (isForPolicies(poll)) for (const policy of [...policies]) ask(policy, poll);
    for (const { peerId } of port.peers()) teller.meet(peerId);
  };
  const ready = restore();

  // --- what the app asks for ------------------------------------------------------------------

  const pollOf = (id: ProposalId): Poll => {
    if (ledger.isClosed) throw hasLeft();
    const poll = ledger.book.polls.get(id);
    if (poll !== undefined) return poll;
    throw new SwarmError("proposal-unknown", {
      what: `There is no proposal ${id} here.`,
      why: "It has not come yet, or it is forgotten: the last 200 that ended are kept.",
      fix: "Take ids from the snapshot's proposals.",
    });
  };

  const awaitDecision = (id: ProposalId, signal: AbortSignal | undefined): Promise<Decision> => {
    const deferred = createDeferred<Decision>();
    waiting.set(id, deferred);
    const onAbort = (): void => {
      ledger.dispatch({ type: "withdraw", id });
      waiting.delete(id);
      deferred.reject(abortedError("The vote", signal));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    const settled = deferred.promise.finally(() => signal?.removeEventListener("abort", onAbort));
    // It can be rejected while the own ballot is being cast; whoever proposed hears of it.
    settled.catch(() => undefined);
    return settled;
  };

  /** Nobody hears of a proposal before it and the own ballot are kept: either it is put, or nothing has happened. */
  const put = async (signed: SignedProposal, draft: ProposalDraft): Promise<Decision> => {
    const { proposal, letter } = signed;
    const { ballot = proposal.options.length === 0 ? "yes" : false, signal } = draft;
    const own = ballot !== false && isElector(proposal) ? await keepBallot(signed, ballot) : undefined;
    const openedAtMs = runtime.clock.now();
    await archive.keepMade(signed, { openedAtMs, deadlineAtMs: openedAtMs + proposal.timeoutMs });
    if (ledger.isClosed) throw hasLeft();
    if (signal?.aborted || !hasRoom()) {
      await archive.forget(proposal.id);
      throw signal?.aborted ? abortedError("The vote", signal) : tooMany();
    }
    const decision = awaitDecision(proposal.id, signal);
    ledger.dispatch({ type: "proposal", signed });
    teller.tell(voteProposal, letter);
    if (own !== undefined) tellBallot(own);
    return decision;
  };

  /** There is nobody to ask; only who is alone in the swarm may go ahead. */
  const decideWithoutVote = ({ signed, isAlone }: Drawn, { whenAlone, risk }: ProposalDraft): Decision => {
    const isApproved = isAlone && whenAlone === "approve" && risk !== "high";
    const reason = "swarm-unavailable";
    ledger.dispatch({
      type: "alone",
      signed,
      verdict: isApproved
        ? { outcome: "approved", reason, winner: signed.proposal.options.length === 0 ? "yes" : undefined }
        : { outcome: "unavailable", reason, winner: undefined },
    });
    const decision = decisionOf(pollOf(signed.proposal.id));
    if (decision === undefined) throw hasLeft();
    return decision;
  };

  const hasRoom = (): boolean => hasRoomFor(ledger.book, own, runtime.clock.now());
  const isElector = ({ electorate }: Proposal): boolean => electorate.includes(own);

  return {
    reader,
    teller,
    ready,
    async propose(letterId, draft) {
      await ready;
      if (ledger.isClosed) throw hasLeft();
      if (!hasRoom()) throw tooMany();
      const drawn = await draw(port, self, letterId, draft);
      if (ledger.isClosed) throw hasLeft();
      return drawn.isAlone || !drawn.isForOthers ? decideWithoutVote(drawn, draft) : put(drawn.signed, draft);
    },
    async vote(id, choice) {
      await ready;
      const poll = pollOf(id);
      assertChoice(poll, choice);
      const held = poll.held.get(own)?.[0];
      if (held !== undefined) return { choice: held.choice, isNew: false };
      assertOpen(poll, own, runtime.clock.now());
      return cast(poll.signed, choice);
    },
    async withdraw(id) {
      await ready;
      const { proposer } = pollOf(id).signed.proposal;
      if (proposer === own) return ledger.dispatch({ type: "withdraw", id });
      throw new SwarmError("not-eligible", {
        what: `The proposal ${id} is not this agent's.`,
        fix: "Vote no, or ask its proposer to withdraw it.",
      });
    },
    async certificate(id) {
      await ready;
      return ledger.book.polls.get(id)?.end?.signed?.letter;
    },
    policyAdded(policy) {
      void ready.then(() => {
        for (const poll of ledger.book.polls.values()) if (isForPolicies(poll)) ask(policy, poll);
      });
    },
    peersChanged: ledger.refresh,
    close() {
      ledger.close();
      watchman.close();
      teller.close();
      for (const deferred of waiting.values()) deferred.reject(hasLeft());
      waiting.clear();
    },
  };
}

function assertChoice({ signed }: Poll, choice: BallotChoice): void {
  const choices = choicesOf(signed.proposal);
  if (choices.includes(choice)) return;
  throw new SwarmError("invalid-option", {
    what: `"${choice}" is not a choice here.`,
    why: `Choices are ${choices.join(", ")}.`,
    fix: "Choose one of the snapshot's choices.",
  });
}

function assertOpen(poll: Poll, own: string, nowMs: number): void {
  if (canVote(poll, own, nowMs)) return;
  const { id, electorate } = poll.signed.proposal;
  if (!electorate.includes(own)) {
    throw new SwarmError("not-eligible", {
      what: `This agent is not in the electorate of ${id}.`,
      why: "It was fixed when the proposal was made.",
      fix: "Wait for the outcome: it is told to everyone.",
    });
  }
  throw new SwarmError("proposal-closed", {
    what: `The vote on ${id} is over.`,
    fix: "Look at canVote in its snapshot before asking.",
  });
}

function tooMany(): SwarmError {
  const { perAgent, total } = MAX_OPEN_PROPOSALS;
  return new SwarmError("queue-full", {
    what: "Too many proposals are open.",
    why: `Nobody takes more than ${perAgent} of one agent, and ${total} in all.`,
    fix: "Wait for one to end, or withdraw one.",
  });
}

function hasLeft(): SwarmError {
  return new SwarmError("left", {
    what: "The swarm has left the room.",
    why: "What was proposed is kept, and goes on once this agent is back.",
    fix: "Join again; the event consensus-result tells how it ended.",
  });
}
