import type { PeerId } from "../identity/ids.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { openLetter } from "../wire/letter.js";
import type { Letter } from "../wire/letterShape.js";
import { openEnd } from "./certificate.js";
import { faultOfBallot } from "./judgement.js";
import type { Ledger } from "./ledger.js";
import { readBallot, readEnd, readProposal, type SignedBallot, type SignedEnd } from "./voteLetters.js";

/** Ends of one peer that wait until their signatures are checked, one after the other: each may take hundreds. */
const MAX_ENDS_IN_WORK = 128;

interface EndsInWork {
  readonly count: number;
  readonly last: Promise<void>;
}

/** Takes letters of votes from peers: what is new and signed goes into the book. */
export interface Reader {
  proposal(letter: Letter, from: PeerId): void;
  ballot(letter: Letter, from: PeerId): void;
  end(letter: Letter, from: PeerId): void;
}

export function createReader(port: ProtocolPort, { room }: PortSelf, ledger: Ledger): Reader {
  const endsInWork = new Map<PeerId, EndsInWork>();

  const whenSigned = (letter: Letter, from: PeerId, take: () => void): void => {
    openLetter(letter, port.runtime).then(
      (content) => (content === undefined ? port.dropped("vote-forged", from) : take()),
      () => port.dropped("vote-unverified", from),
    );
  };

  /** What is known changes nothing, and costs no signature. */
  const isKnownBallot = (ballot: SignedBallot): boolean => {
    const held = ledger.book.polls.get(ballot.proposalId)?.held.get(ballot.agentId);
    return held?.length === 2 || held?.[0].choice === ballot.choice;
  };
  const isKnownEnd = ({ proposal, hash }: SignedEnd): boolean => {
    const poll = ledger.book.polls.get(proposal.proposal.id);
    return poll?.end?.signed?.hash === hash || poll?.end?.reason === "proposer-equivocated";
  };

  const checkEnd = async (end: SignedEnd, from: PeerId): Promise<void> => {
    // Another peer may have brought it meanwhile.
    if (isKnownEnd(end)) return;
    if ((await openEnd(end, port.runtime)) === undefined) return port.dropped("vote-forged", from);
    ledger.dispatch({ type: "end", end });
  };

  const checkInTurn = (end: SignedEnd, from: PeerId): void => {
    const { count, last } = endsInWork.get(from) ?? { count: 0, last: Promise.resolve() };
    if (count >= MAX_ENDS_IN_WORK) return port.dropped("vote-rate", from);
    const turn = last
      .then(() => checkEnd(end, from))
      .catch(() => port.dropped("vote-unverified", from))
      .then(() => {
        const { count: left = 1 } = endsInWork.get(from) ?? {};
        if (left === 1) endsInWork.delete(from);
        else endsInWork.set(from, { count: left - 1, last: endsInWork.get(from)?.last ?? turn });
      });
    endsInWork.set(from, { count: count + 1, last: turn });
  };

  return {
    proposal(letter, from) {
      const signed = readProposal(letter);
      if (signed?.room !== room) return port.dropped("vote-malformed", from);
      if (ledger.book.polls.get(signed.proposal.id)?.signed.hash === signed.hash) return;
      whenSigned(letter, from, () => ledger.dispatch({ type: "proposal", signed }));
    },
    ballot(letter, from) {
      const ballot = readBallot(letter);
      if (ballot?.room !== room) return port.dropped("vote-malformed", from);
      if (isKnownBallot(ballot)) return;
      const poll = ledger.book.polls.get(ballot.proposalId);
      const fault = poll && faultOfBallot(poll.signed, ballot);
      if (fault !== undefined) return port.dropped(fault, from);
      whenSigned(letter, from, () => ledger.dispatch({ type: "ballot", ballot }));
    },
    end(letter, from) {
      const end = readEnd(letter);
      if (end?.room !== room) return port.dropped("vote-malformed", from);
      if (!isKnownEnd(end)) checkInTurn(end, from);
    },
  };
}
