import {
  type ConsensusView,
  type Decision,
  type ProposalSnapshot,
  type Swarm,
  verifyCertificate,
} from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { agentOf, dropped, gather, inTime, leaveNothing, record, tabs, until } from "../support.js";

const lowRisk = { kind: "change", subject: "rename room", risk: "low" } as const;

function viewOf(swarm: Swarm): ConsensusView {
  return swarm.store.getSnapshot().consensus;
}

function proposalOf(swarm: Swarm, id: string): ProposalSnapshot {
  const found = viewOf(swarm).proposals.find((proposal) => proposal.id === id);
  if (found === undefined) throw new Error(`${id} is not known.`);
  return found;
}

async function gathered(count: number, latencyMs = 10) {
  const network = memoryNetwork({ latencyMs });
  const { hosts, swarms } = tabs(network, count);
  await gather(network, swarms);
  return { network, hosts, swarms };
}

const voteAlways = (swarms: readonly Swarm[], choice: string): void => {
  for (const swarm of swarms) swarm.consensus.onProposal(() => choice);
};

describe("a vote", () => {
  it("is approved by a majority of everyone who was there, and everyone hears of it", async () => {
    const { network, swarms } = await gathered(3);
    const [ada] = swarms as [Swarm];
    voteAlways(swarms.slice(1), "yes");
    const heard = swarms.map((swarm) => record(swarm, "consensus-result"));
    const vote = ada.consensus.propose(lowRisk);
    const decision: Decision = await inTime(network, vote, 1000, 10);
    expect(decision).toMatchObject({
      proposalId: vote.id,
      outcome: "approved",
      reason: "rule-met",
      winner: "yes",
    });
    await until(network, () => heard.every(({ length }) => length === 1), 1000, 10);
    await network.advance(300);
    for (const swarm of swarms) {
      expect(proposalOf(swarm, vote.id)).toMatchObject({
        state: "decided",
        outcome: "approved",
        isOurs: swarm === ada,
      });
      expect(dropped(swarm)).toEqual({});
    }
    const roster = swarms.map(agentOf);
    const certificate = (await inTime(network, ada.consensus.certificate(vote.id)))!;
    expect(await verifyCertificate(certificate, { roster })).toMatchObject({
      isValid: true,
      outcome: "approved",
    });
    expect(await verifyCertificate(certificate, { roster: roster.slice(1) })).toEqual({
      isValid: false,
      fault: "another-electorate",
    });
    await leaveNothing(network, swarms);
  });
});
