import {
  type AgentId,
  certificateFromBytes,
  certificateFromJson,
  certificateToBytes,
  certificateToJson,
  createIdentity,
  type Decision,
  type Identity,
  type ProposalDraft,
  platformRuntime,
  type Swarm,
  verifyCertificate,
} from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it, vi } from "vitest";
import {
  ballotLetter,
  endLetter,
  proposalLetter,
  readBallot,
  readProposal,
  type SignedBallot,
  type SignedEnd,
  type SignedProposal,
} from "../../../src/core/consensus/voteLetters.js";
import { writeLetter } from "../../../src/core/wire/letter.js";
import { createLetterId } from "../../../src/core/wire/letterShape.js";
import { Refusal } from "../../independent/bytes.js";
import { verifyCertificate as verifyByHand } from "../../independent/votes.js";
import { agentOf, gather, inTime, leaveAll, tabs } from "../core/support.js";

vi.setConfig({ testTimeout: 60_000 });

const draft: ProposalDraft = { kind: "change", subject: "rename room", risk: "low" };

/** Real votes of real swarms: drafts, and what the others say. */
async function certificatesOf(
  count: number,
  votes: readonly { draft: Partial<ProposalDraft>; answers: readonly (string | undefined)[] }[],
): Promise<{ decisions: Decision[]; roster: AgentId[] }> {
  const network = memoryNetwork({ latencyMs: 5 });
  const { swarms } = tabs(network, count);
  await gather(network, swarms);
  const decisions: Decision[] = [];
  for (const vote of votes) {
    const stops = swarms
      .slice(1)
      .map((swarm, index) => swarm.consensus.onProposal(() => vote.answers[index]));
    const proposing = (swarms[0] as Swarm).consensus.propose({ ...draft, timeoutMs: 500, ...vote.draft });
    decisions.push(await inTime(network, proposing, 5000, 50));
    for (const stop of stops) stop();
  }
  const roster = swarms.map(agentOf);
  await leaveAll(network, swarms);
  return { decisions, roster };
}

const real = await certificatesOf(4, [
  { draft: {}, answers: ["yes", "yes", "no"] },
  { draft: { rule: "unanimous" }, answers: ["yes", "abstain", undefined] },
  { draft: { rule: "two-thirds", rationale: "because — ü" }, answers: ["yes", undefined, "yes"] },
  { draft: { rule: { quorum: 1 } }, answers: ["yes", "yes", undefined] },
  { draft: {}, answers: ["no", undefined, undefined] },
  { draft: { options: ["blue", "red", "green"], ballot: "red" }, answers: ["red", "blue", "red"] },
  { draft: { rule: { veto: true } }, answers: ["yes", "yes", undefined] },
  { draft: { rule: { kind: "weighted", threshold: 0.7 } }, answers: ["yes", "yes", "no"] },
]);
const proofs = real.decisions.map(({ certificate }) => certificate!);

const isProven = async (bytes: Uint8Array, roster: readonly AgentId[]): Promise<boolean> => {
  const certificate = certificateFromBytes(bytes);
  return certificate !== undefined && (await verifyCertificate(certificate, { roster })).isValid;
};

function isProvenByHand(bytes: Uint8Array, roster: readonly AgentId[]): boolean {
  try {
    verifyByHand(bytes, roster);
    return true;
  } catch (error) {
    // A fault of the verifier itself is not a refusal.
    if (error instanceof Refusal || error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

describe("certificates of real votes", () => {
  it("prove to an independent verifier what the swarm decided", async () => {
    expect(real.decisions.map(({ outcome }) => outcome)).toEqual([
      "approved",
      "rejected",
      "approved",
      "no-quorum",
      "expired",
      "approved",
      "approved",
      "approved",
    ]);
    for (const [index, certificate] of proofs.entries()) {
      const { outcome, winner, proposalId, tally } = real.decisions[index]!;
      const proven = verifyByHand(certificateToBytes(certificate), real.roster);
      expect(proven).toMatchObject({ id: proposalId, outcome, winner: winner ?? null });
      const verdict = await verifyCertificate(certificate, { roster: real.roster });
      expect(verdict).toMatchObject({ isValid: true, outcome, winner, tally });
      if (verdict.isValid)
        expect(new Map(verdict.ballots.map(({ agentId, choice }) => [agentId, [choice]]))).toEqual(
          proven.said,
        );
    }
  });

  it("prove nothing once any byte is changed", async () => {
    const bytes = certificateToBytes(proofs[0]!);
    const accepted: number[] = [];
    for (let index = 0; index < bytes.length; index++) {
      const changed = bytes.slice();
      changed[index] = bytes[index]! ^ (1 << (index % 8));
      if (isProvenByHand(changed, real.roster) || (await isProven(changed, real.roster)))
        accepted.push(index);
    }
    expect(accepted).toEqual([]);
    expect(await isProven(bytes, real.roster)).toBe(true);
    expect(isProvenByHand(bytes, real.roster)).toBe(true);
  });

  it("are for one roster and one rule", async () => {
    const [certificate] = proofs;
    const [first, ...others] = real.roster;
    const verify = async (expectation: Parameters<typeof verifyCertificate>[1]) => {
      const verdict = await verifyCertificate(certificate!, expectation);
      return verdict.isValid ? verdict.outcome : verdict.fault;
    };
    expect(await verify({ roster: others })).toBe("another-electorate");
    expect(await verify({ roster: [...real.roster, (await createIdentity()).agentId] })).toBe(
      "another-electorate",
    );
    expect(await verify({ roster: [first!, ...others] })).toBe("approved");
    expect(await verify({ roster: "as-proposed", rule: "majority" })).toBe("approved");
    expect(await verify({ roster: "as-proposed", rule: "unanimous" })).toBe("another-rule");
    expect(isProvenByHand(certificateToBytes(certificate!), others)).toBe(false);
  });

  it("go through bytes and JSON, and come from nothing else", () => {
    for (const certificate of proofs) {
      expect(certificateFromBytes(certificateToBytes(certificate))).toEqual(certificate);
      expect(certificateFromJson(certificateToJson(certificate))).toEqual(certificate);
    }
    const json = certificateToJson(proofs[0]!);
    for (const text of [
      "",
      "{}",
      "[]",
      json.slice(1),
      json.replace("certificate", "proof"),
      json.replace('"body": "', '"body": "g'),
    ])
      expect(certificateFromJson(text)).toBeUndefined();
    const bytes = certificateToBytes(proofs[0]!);
    // The same in a longer form: a length in four bytes instead of two.
    const longer = Uint8Array.from([0x92, 0xc6, 0, 0, ...bytes.subarray(2)]);
    expect([bytes[0], bytes[1]]).toEqual([0x92, 0xc5]);
    expect(isProvenByHand(longer, real.roster)).toBe(false);
    for (const wrong of [longer, bytes.subarray(1), Uint8Array.from([...bytes, 0]), new Uint8Array(0)])
      expect(certificateFromBytes(wrong)).toBeUndefined();
  });
});

describe("a certificate that somebody makes up", async () => {
  const agents = await Promise.all(Array.from({ length: 4 }, () => createIdentity()));
  agents.sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
  const [ada, bob, cleo, dora] = agents as [Identity, Identity, Identity, Identity];
  const roster = agents.slice(0, 3).map(({ agentId }) => agentId);
  const addressOf = ({ agentId }: Identity, room = "lobby") => ({
    id: createLetterId(platformRuntime.randomBytes),
    room,
    from: agentId,
    nowMs: 1000.5,
  });
  const propose = async (subject: string): Promise<SignedProposal> => {
    const rule = { kind: "majority", quorum: 0.5, veto: false } as const;
    const payload = {
      ...draft,
      subject,
      rationale: "",
      options: [],
      rule,
      timeoutMs: 500,
      electorate: roster,
      group: null,
    };
    return readProposal(await writeLetter(proposalLetter(payload, addressOf(ada)), ada))!;
  };
  const proposal = await propose("one");
  const other = await propose("another");
  const vote = async (
    voter: Identity,
    choice: string,
    on = proposal,
    signer = voter,
  ): Promise<SignedBallot> => {
    const letter = await writeLetter(ballotLetter(on, choice, addressOf(voter, on.room)), signer);
    return readBallot(letter)!;
  };
  const end = async (
    ballots: readonly SignedBallot[],
    change: Partial<SignedEnd> = {},
    signer = ada,
  ): Promise<Uint8Array> => {
    const content = {
      proposal,
      ballots,
      cause: "decided",
      outcome: "approved",
      winner: "yes",
      ...change,
    } as const;
    return certificateToBytes(await writeLetter(endLetter(content, addressOf(signer)), signer));
  };
  const yes = await vote(ada, "yes");
  const also = await vote(bob, "yes");

  it.each<[string, boolean, () => Promise<Uint8Array>]>([
    ["two of three", true, () => end([yes, also])],
    ["one of three", false, () => end([yes])],
    ["two, called rejected", false, () => end([yes, also], { outcome: "rejected", winner: undefined })],
    ["another winner", false, () => end([yes, also], { winner: "no" })],
    ["one that voted twice", false, async () => end([yes, await vote(ada, "yes")])],
    ["one that is forged", false, async () => end([yes, await vote(bob, "yes", proposal, dora)])],
    ["one that is a stranger's", false, async () => end([yes, await vote(dora, "yes")])],
    ["one that is about something else", false, async () => end([yes, await vote(bob, "yes", other)])],
    ["one that says what cannot be said", false, async () => end([yes, also, await vote(cleo, "perhaps")])],
    ["an end of somebody else", false, () => end([yes, also], {}, bob)],
    ["one that said two things", false, async () => end([yes, also, await vote(bob, "no")])],
    [
      "two that agree, and one that said two things",
      true,
      async () => end([yes, also, await vote(cleo, "yes"), await vote(cleo, "no")]),
    ],
    [
      "one that said two things, and a tie without it",
      true,
      async () =>
        end([yes, await vote(bob, "yes"), await vote(bob, "no"), await vote(cleo, "no")], {
          outcome: "rejected",
          winner: undefined,
        }),
    ],
    ["an early end that is none yet", false, () => end([yes], { outcome: "expired", winner: undefined })],
    [
      "a deadline without a quorum",
      true,
      () => end([yes], { cause: "deadline", outcome: "no-quorum", winner: undefined }),
    ],
    ["a withdrawal", true, () => end([yes], { cause: "withdrawn", outcome: "rejected", winner: undefined })],
    ["a withdrawal, called approved", false, () => end([yes], { cause: "withdrawn" })],
  ])("of %s is proof: %s", async (_, isProof, make) => {
    const bytes = await make();
    expect(await isProven(bytes, roster)).toBe(isProof);
    expect(isProvenByHand(bytes, roster)).toBe(isProof);
  });
});
