import { writeLetter } from "../wire/letter.js";
import type { CastBallot, VotingPolicy } from "./api.js";
import { damagedBallot } from "./archive.js";
import { type Bench, freshAddress } from "./bench.js";
import { voteBallot } from "./messages.js";
import type { BallotChoice } from "./outcome.js";
import { canVote, type Poll } from "./poll.js";
import { assertChoice } from "./refusals.js";
import { ballotLetter, readBallot, type SignedBallot, type SignedProposal } from "./voteLetters.js";

/** A ballot of this agent that is kept, and may be told. */
export interface OwnBallot {
  readonly ballot: SignedBallot;
  readonly isNew: boolean;
}

/** The one ballot that this agent has on each proposal: cast by hand, or by policies. */
export interface OwnBallots {
  /** Signs and keeps it, without telling anybody; or gives the one that is kept. */
  keep(signed: SignedProposal, choice: BallotChoice): Promise<OwnBallot>;
  tell(own: OwnBallot): void;
  cast(signed: SignedProposal, choice: BallotChoice): Promise<CastBallot>;
  /** Asks these policies about a proposal of somebody else, if this agent can vote on it. */
  ask(policies: Iterable<VotingPolicy>, poll: Poll): void;
}

export function createOwnBallots({ port, self, archive, ledger, teller }: Bench): OwnBallots {
  const { identity } = self;
  const isOpenToUs = (poll: Poll): boolean => canVote(poll, identity.agentId, port.runtime.clock.now());

  const keep = async (signed: SignedProposal, choice: BallotChoice): Promise<OwnBallot> => {
    const { id } = signed.proposal;
    const write = () => writeLetter(ballotLetter(signed, choice, freshAddress({ port, self })), identity);
    const { letter, isNew } = await archive.ownBallot(id, write);
    const ballot = readBallot(letter);
    if (ballot === undefined) throw damagedBallot(id);
    return { ballot, isNew };
  };

  const tell = ({ ballot, isNew }: OwnBallot): void => {
    if (ledger.isClosed) return;
    const { proposalId: proposal, choice, letter } = ballot;
    if (isNew) port.note({ kind: "ballot_cast", detail: { proposal, choice } });
    ledger.dispatch({ type: "ballot", ballot });
    teller.tell(voteBallot, letter);
  };

  const cast = async (signed: SignedProposal, choice: BallotChoice): Promise<CastBallot> => {
    const own = await keep(signed, choice);
    tell(own);
    return { choice: own.ballot.choice, isNew: own.isNew };
  };

  const answer = async (policy: VotingPolicy, { signed }: Poll): Promise<void> => {
    const choice = await policy(signed.proposal);
    const poll = ledger.book.polls.get(signed.proposal.id);
    if (choice === undefined || poll === undefined || ledger.isClosed) return;
    assertChoice(poll, choice);
    if (isOpenToUs(poll)) await cast(signed, choice);
  };

  return {
    keep,
    tell,
    cast,
    ask(policies, poll) {
      if (poll.signed.proposal.proposer === identity.agentId || !isOpenToUs(poll)) return;
      for (const policy of [...policies])
        answer(policy, poll).catch((error: unknown) => port.handlerFailed(error, "A voting policy"));
    },
  };
}
