import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { CastBallot, VotingPolicy } from "./api.js";
import { createArchive } from "./archive.js";
import type { Bench } from "./bench.js";
import { createChronicle } from "./chronicle.js";
import { scopeOf } from "./kept.js";
import { createLedger } from "./ledger.js";
import type { BallotChoice } from "./outcome.js";
import { createOwnBallots } from "./ownBallots.js";
import { createOwnVotes } from "./ownVotes.js";
import type { Poll } from "./poll.js";
import type { Certificate, Decision, ProposalDraft, ProposalId } from "./proposal.js";
import { createReader, type Reader } from "./reader.js";
import { assertChoice, assertOpen, hasLeft, notOurs, unknownProposal } from "./refusals.js";
import { replay } from "./replay.js";
import { createTeller, type Teller } from "./teller.js";
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

/** Opens the votes of a stay, beginning with those that were kept. */
export function openChamber(
  port: ProtocolPort,
  self: PortSelf,
  policies: ReadonlySet<VotingPolicy>,
): Chamber {
  const { runtime } = port;
  const own = self.identity.agentId;
  const archive = createArchive(runtime.storage, scopeOf(own, self.room), () => runtime.clock.now());
  let isRestoring = true;

  const ledger = createLedger(port, self, (effect) => {
    // An end that is due when a page comes back is due as any other.
    if (effect.type === "end") votes.end(effect);
    else if (!isRestoring) follow(effect);
    watchman.arm();
  });
  const teller = createTeller(port, () => ledger.book);
  const bench: Bench = { port, self, archive, ledger, teller };
  const ballots = createOwnBallots(bench);
  const votes = createOwnVotes(bench, ballots);
  const follow = createChronicle(bench, { ballots, votes, policies });
  const reader = createReader(port, self, ledger);
  const watchman = createWatchman(runtime, () => ledger.book, {
    onDue() {
      ledger.dispatch({ type: "tick" });
      ledger.refresh();
      watchman.arm();
    },
    onRound: () => teller.meetNext(),
  });

  const restore = async (): Promise<void> => {
    try {
      replay(await archive.load(), self.room, ledger.dispatch);
    } catch {
      // Without what was kept the stay goes on with what the peers tell.
      port.dropped("storage-failed", undefined);
    }
    isRestoring = false;
    if (ledger.isClosed) return;
    ledger.dispatch({ type: "tick" });
    watchman.arm();
    for (const poll of ledger.book.polls.values()) ballots.ask(policies, poll);
    for (const { peerId } of port.peers()) teller.meet(peerId);
  };
  const ready = restore();

  const pollOf = (id: ProposalId): Poll => {
    if (ledger.isClosed) throw hasLeft();
    const poll = ledger.book.polls.get(id);
    if (poll === undefined) throw unknownProposal(id);
    return poll;
  };

  return {
    reader,
    teller,
    ready,
    async propose(letterId, draft) {
      await ready;
      return votes.propose(letterId, draft);
    },
    async vote(id, choice) {
      await ready;
      const poll = pollOf(id);
      assertChoice(poll, choice);
      const held = poll.held.get(own)?.[0];
      if (held !== undefined) return { choice: held.choice, isNew: false };
      assertOpen(poll, own, runtime.clock.now());
      return ballots.cast(poll.signed, choice);
    },
    async withdraw(id) {
      await ready;
      if (pollOf(id).signed.proposal.proposer !== own) throw notOurs(id);
      ledger.dispatch({ type: "withdraw", id });
    },
    async certificate(id) {
      await ready;
      return ledger.book.polls.get(id)?.end?.signed?.letter;
    },
    policyAdded(policy) {
      void ready.then(() => {
        for (const poll of ledger.book.polls.values()) ballots.ask([policy], poll);
      });
    },
    peersChanged: ledger.refresh,
    close() {
      ledger.close();
      watchman.close();
      teller.close();
      votes.close();
    },
  };
}
