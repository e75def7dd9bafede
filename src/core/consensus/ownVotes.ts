import { createDeferred, type Deferred } from "../deferred.js";
import { abortedError, toSwarmError } from "../errors.js";
import { writeLetter } from "../wire/letter.js";
import type { Letter } from "../wire/letterShape.js";
import { type Bench, freshAddress } from "./bench.js";
import { type BookEffect, hasRoomFor } from "./book.js";
import { type Drawn, draw } from "./draft.js";
import { voteEnd, voteProposal } from "./messages.js";
import type { OwnBallots } from "./ownBallots.js";
import { decisionOf } from "./poll.js";
import type { Decision, Proposal, ProposalDraft, ProposalId } from "./proposal.js";
import { hasLeft, tooMany, unknownProposal } from "./refusals.js";
import { endLetter, readEnd, type SignedProposal } from "./voteLetters.js";

type EndEffect = BookEffect & { readonly type: "end" };

/** The votes that this agent proposes: put, and ended. */
export interface OwnVotes {
  propose(letterId: string, draft: ProposalDraft): Promise<Decision>;
  /** Signs, keeps and tells how a vote of ours has ended. */
  end(effect: EndEffect): void;
  /** Whoever proposed it hears of it. */
  decided(decision: Decision): void;
  close(): void;
}

export function createOwnVotes(bench: Bench, ballots: OwnBallots): OwnVotes {
  const { port, self, archive, ledger, teller } = bench;
  const { clock } = port.runtime;
  const own = self.identity.agentId;
  const waiting = new Map<ProposalId, Deferred<Decision>>();

  const writeEnd = ({ signed, held, cause, verdict }: EndEffect): Promise<Letter> => {
    const ballots = signed.proposal.electorate.flatMap((agentId) => held.get(agentId) ?? []);
    const { outcome, winner } = verdict;
    return writeLetter(
      endLetter({ proposal: signed, ballots, cause, outcome, winner }, freshAddress(bench)),
      self.identity,
    );
  };

  const endVote = async (effect: EndEffect): Promise<void> => {
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
    const own = ballot !== false && isElector(proposal) ? await ballots.keep(signed, ballot) : undefined;
    const openedAtMs = clock.now();
    await archive.keepMade(signed, { openedAtMs, deadlineAtMs: openedAtMs + proposal.timeoutMs });
    if (ledger.isClosed) throw hasLeft();
    if (signal?.aborted || !hasRoom()) {
      await archive.forget(proposal.id);
      throw signal?.aborted ? abortedError("The vote", signal) : tooMany();
    }
    const decision = awaitDecision(proposal.id, signal);
    ledger.dispatch({ type: "proposal", signed });
    teller.tell(voteProposal, letter);
    if (own !== undefined) ballots.tell(own);
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
    const poll = ledger.book.polls.get(signed.proposal.id);
    const decision = poll && decisionOf(poll);
    if (decision === undefined) throw unknownProposal(signed.proposal.id);
    return decision;
  };

  const hasRoom = (): boolean => hasRoomFor(ledger.book, own, clock.now());
  const isElector = ({ electorate }: Proposal): boolean => electorate.includes(own);

  return {
    async propose(letterId, draft) {
      if (ledger.isClosed) throw hasLeft();
      if (!hasRoom()) throw tooMany();
      const drawn = await draw(port, self, letterId, draft);
      if (ledger.isClosed) throw hasLeft();
      return drawn.isAlone || !drawn.isForOthers ? decideWithoutVote(drawn, draft) : put(drawn.signed, draft);
    },
    end: (effect) =>
      void endVote(effect).catch((error: unknown) => endFailed(effect.signed.proposal.id, error)),
    decided(decision) {
      waiting.get(decision.proposalId)?.resolve(decision);
      waiting.delete(decision.proposalId);
    },
    close() {
      for (const deferred of waiting.values()) deferred.reject(hasLeft());
      waiting.clear();
    },
  };
}
