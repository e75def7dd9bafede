import type { VotingPolicy } from "./api.js";
import type { Bench } from "./bench.js";
import type { BookEffect } from "./book.js";
import type { OwnBallots } from "./ownBallots.js";
import type { OwnVotes } from "./ownVotes.js";
import { decisionOf, type Poll } from "./poll.js";
import type { ProposalId } from "./proposal.js";

/** Who acts on what happens. */
export interface Actors {
  readonly ballots: OwnBallots;
  readonly votes: OwnVotes;
  readonly policies: ReadonlySet<VotingPolicy>;
}

/** Does what follows from what happened: keeps it, notes it, and tells the app. */
export function createChronicle(
  { port, self, archive, ledger }: Bench,
  { ballots, votes, policies }: Actors,
): (effect: BookEffect) => void {
  const own = self.identity.agentId;
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

  const opened = (poll: Poll): void => {
    const { id, kind, risk, proposer, electorate } = poll.signed.proposal;
    const detail = { proposal: id, kind, risk, electorate: electorate.length };
    if (proposer === own) port.note({ kind: "proposal_made", detail });
    else port.note({ kind: "proposal_received", detail: { ...detail, agent: proposer } });
    port.emit("proposal-opened", ledger.snapshotOf(poll));
    ballots.ask(policies, poll);
  };

  const decided = (poll: Poll): void => {
    const decision = decisionOf(poll);
    if (decision === undefined) return;
    const { proposalId, outcome, reason } = decision;
    port.note({ kind: "consensus_result", detail: { proposal: proposalId, outcome, reason } });
    port.emit("consensus-result", decision);
    votes.decided(decision);
  };

  return (effect) => {
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
}
