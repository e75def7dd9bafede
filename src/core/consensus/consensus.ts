import { SwarmError } from "../errors.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { type LazyPart, startLazily } from "../protocols/lazyPart.js";
import { whenPresent } from "../protocols/whenPresent.js";
import { createLetterId } from "../wire/letterShape.js";
import type { Consensus, ProposingVote, VotingPolicy } from "./api.js";
import type { Chamber } from "./chamber.js";
import type { ConsensusEngine } from "./engine.js";
import { below, scopeOf, VOTES } from "./kept.js";
import type { ProposalDraft, ProposalId } from "./proposal.js";
import { proposalIdOf } from "./proposalId.js";

const MESSAGES = ["proposal", "ballot", "certificate", "vote-digest", "vote-want"];

/** Votes. Small itself: what does the work is loaded with the first one, ours or a peer's. */
export function startConsensus(port: ProtocolPort): Consensus {
  const policies = new Set<VotingPolicy>();
  const part: LazyPart<ConsensusEngine> = startLazily<ConsensusEngine>({
    port,
    what: "votes",
    names: MESSAGES,
    load: async () => {
      const { createConsensusEngine } = await import("./engine.js");
      return (started) => createConsensusEngine(started, policies);
    },
    isNeeded: (self) => hasKept(port, self),
  });

  const chamber = async (): Promise<Chamber> => {
    await whenPresent(port, notJoined);
    const open = (await part.engine()).chamber;
    if (open === undefined) throw notJoined();
    return open;
  };

  const propose: Consensus["propose"] = (draft: ProposalDraft) => {
    const letterId = createLetterId(port.runtime.randomBytes);
    const idOf = ({ identity }: PortSelf): ProposalId => proposalIdOf(identity.agentId, letterId);
    let id = port.self === undefined ? "" : idOf(port.self);
    const decision = chamber().then((open) => {
      if (port.self !== undefined) id = idOf(port.self);
      return open.propose(letterId, draft);
    });
    return Object.defineProperty(decision, "id", { get: () => id }) as ProposingVote;
  };

  return {
    propose,
    vote: async (id, choice) => (await chamber()).vote(id, choice),
    onProposal(policy) {
      const entry: VotingPolicy = (proposal) => policy(proposal);
      policies.add(entry);
      part.loaded?.policyAdded(entry);
      return () => void policies.delete(entry);
    },
    withdraw: async (id) => (await chamber()).withdraw(id),
    certificate: async (id) => (await chamber()).certificate(id),
    async guard(change, apply, options = {}) {
      await whenPresent(port, notJoined);
      return (await part.engine()).guard(propose, change, apply, options);
    },
  };
}

async function hasKept({ runtime }: ProtocolPort, { identity, room }: PortSelf): Promise<boolean> {
  const range = { ...below(scopeOf(identity.agentId, room)), limit: 1 };
  return (await runtime.storage.entries(VOTES, range)).length > 0;
}

function notJoined(): SwarmError {
  return new SwarmError("not-joined", {
    what: "The swarm has not joined, so there is nobody to vote with.",
    why: "Proposals and ballots belong to an agent and a room.",
    fix: "Call join() first.",
  });
}
