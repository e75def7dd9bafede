import type { ConsensusView, ProposalDraft, ProposalSnapshot, Swarm } from "peerswarm";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { gather, inTime, tabs } from "../support.js";

export const lowRisk: ProposalDraft = { kind: "change", subject: "rename room", risk: "low" };

export function viewOf(swarm: Swarm): ConsensusView {
  return swarm.store.getSnapshot().consensus;
}

export function maybeProposal(swarm: Swarm, id: string): ProposalSnapshot | undefined {
  return viewOf(swarm).proposals.find((proposal) => proposal.id === id);
}

export function proposalOf(swarm: Swarm, id: string): ProposalSnapshot {
  const found = maybeProposal(swarm, id);
  if (found === undefined) throw new Error(`${id} is not known.`);
  return found;
}

export async function gathered(count: number, options: Parameters<typeof tabs>[2] = {}) {
  const network = memoryNetwork({ latencyMs: 10 });
  const { hosts, swarms } = tabs(network, count, options);
  await gather(network, swarms);
  return { network, hosts, swarms: swarms as [Swarm, Swarm, Swarm, ...Swarm[]] };
}

/** Puts something to the vote, and waits until everyone sees it. */
export async function put(
  network: MemoryNetwork,
  proposer: Swarm,
  draft: Partial<ProposalDraft> = {},
): Promise<{ id: string; decision: ReturnType<Swarm["consensus"]["propose"]> }> {
  const decision = proposer.consensus.propose({ ...lowRisk, ...draft });
  decision.catch(() => undefined);
  await network.advance(300);
  return { id: decision.id, decision };
}

export async function vote(network: MemoryNetwork, swarm: Swarm, id: string, choice: string) {
  return inTime(network, swarm.consensus.vote(id, choice), 1000, 20);
}

export function voteAlways(swarms: readonly Swarm[], choice: string): void {
  for (const swarm of swarms) swarm.consensus.onProposal(() => choice);
}
