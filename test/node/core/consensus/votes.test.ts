import {
  agentIdOf,
  assessRisk,
  type Decision,
  memoryStorage,
  type ProposalDraft,
  type Storage,
  type Swarm,
  SwarmError,
  verifyCertificate,
} from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { agentOf, dropped, gather, inTime, leaveAll, leaveNothing, record, until } from "../support.js";
import { gathered, lowRisk, maybeProposal, proposalOf, put, viewOf, vote, voteAlways } from "./support.js";

async function codeOf(network: ReturnType<typeof memoryNetwork>, promise: Promise<unknown>): Promise<string> {
  const outcome = await inTime(
    network,
    promise.then(
      () => "resolved",
      (error: unknown) => (error instanceof SwarmError ? error.code : String(error)),
    ),
    2000,
    50,
  );
  return outcome;
}

describe("a vote", () => {
  it("is approved by a majority of everyone who was there, and everyone hears of it", async () => {
    const { network, swarms } = await gathered(3);
    const [ada] = swarms;
    voteAlways(swarms.slice(1), "yes");
    const heard = swarms.map((swarm) => record(swarm, "consensus-result"));
    const opened = swarms.map((swarm) => record(swarm, "proposal-opened"));
    const proposing = ada.consensus.propose(lowRisk);
    const decision: Decision = await inTime(network, proposing, 1000, 10);
    expect(decision).toMatchObject({
      proposalId: proposing.id,
      outcome: "approved",
      reason: "rule-met",
      winner: "yes",
    });
    await until(network, () => heard.every(({ length }) => length === 1), 1000, 10);
    await network.advance(300);
    expect(opened.map(({ length }) => length)).toEqual([1, 1, 1]);
    for (const swarm of swarms) {
      expect(proposalOf(swarm, proposing.id)).toMatchObject({
        state: "decided",
        outcome: "approved",
        isOurs: swarm === ada,
        canVote: false,
      });
      expect(dropped(swarm)).toEqual({});
    }
    const roster = swarms.map(agentOf);
    for (const swarm of swarms) {
      const certificate = (await inTime(network, swarm.consensus.certificate(proposing.id)))!;
      expect(certificate).toEqual(decision.certificate);
      expect(await verifyCertificate(certificate, { roster })).toMatchObject({ outcome: "approved" });
    }
    await leaveNothing(network, swarms);
  });

  it("can be seen ballot by ballot, and be voted on by hand, once", async () => {
    const { network, swarms } = await gathered(4);
    const [ada, bob, cleo] = swarms;
    const { id, decision } = await put(network, ada, { rule: "two-thirds", timeoutMs: 10_000 });
    expect(proposalOf(bob, id)).toMatchObject({
      subject: "rename room",
      proposer: { agentId: agentOf(ada), isHere: true },
      state: "open",
      canVote: true,
      ballot: undefined,
      choices: ["yes", "no", "abstain"],
      tally: { total: 4, cast: 1, pending: 3 },
    });
    expect(await vote(network, bob, id, "no")).toEqual({ choice: "no", isNew: true });
    expect(await vote(network, bob, id, "yes")).toEqual({ choice: "no", isNew: false });
    await network.advance(300);
    for (const swarm of swarms) {
      const { electorate } = proposalOf(swarm, id);
      expect(Object.fromEntries(electorate.map(({ agentId, choice }) => [agentId, choice]))).toEqual({
        [agentOf(ada)]: "yes",
        [agentOf(bob)]: "no",
        [agentOf(cleo)]: undefined,
        [agentOf(swarms[3]!)]: undefined,
      });
    }
    expect(proposalOf(bob, id)).toMatchObject({ ballot: "no", canVote: false });
    await vote(network, cleo, id, "no");
    expect(await inTime(network, decision)).toMatchObject({ outcome: "rejected", reason: "out-of-reach" });
    expect(await codeOf(network, swarms[3]!.consensus.vote(id, "yes"))).toBe("proposal-closed");
    await leaveNothing(network, swarms);
  });

  it.each<[string, Partial<ProposalDraft>, readonly (string | undefined)[], Partial<Decision>]>([
    ["too few", {}, [undefined, undefined, undefined], { outcome: "no-quorum", reason: "deadline" }],
    ["half", {}, ["yes", undefined, undefined], { outcome: "expired", reason: "deadline" }],
    ["a tie", {}, ["yes", "no", "no"], { outcome: "rejected", reason: "out-of-reach" }],
    ["a veto", { rule: { veto: true } }, ["yes", "no", undefined], { outcome: "rejected", reason: "veto" }],
    ["no ballot of ours", { ballot: false }, ["yes", "yes", "yes"], { outcome: "approved" }],
    ["options", { options: ["a", "b"], ballot: "a" }, ["b", "b", "b"], { outcome: "approved", winner: "b" }],
  ])("of %s ends as it should", async (_, draft, answers, expected) => {
    const { network, swarms } = await gathered(4);
    for (const [index, answer] of answers.entries()) swarms[index + 1]!.consensus.onProposal(() => answer);
    const { id, decision } = await put(network, swarms[0], { timeoutMs: 2000, ...draft });
    expect(await inTime(network, decision, 3000, 50)).toMatchObject(expected);
    await network.advance(500);
    for (const swarm of swarms)
      expect(proposalOf(swarm, id)).toMatchObject({ ...expected, state: "decided" });
    await leaveAll(network, swarms);
  });

  it("ends when its proposer takes it back, by name or by signal", async () => {
    const { network, swarms } = await gathered(3);
    const [ada, bob] = swarms;
    const { id, decision } = await put(network, ada);
    expect(await codeOf(network, bob.consensus.withdraw(id))).toBe("not-eligible");
    await inTime(network, ada.consensus.withdraw(id));
    expect(await inTime(network, decision)).toMatchObject({ outcome: "rejected", reason: "withdrawn" });
    const controller = new AbortController();
    const second = await put(network, ada, { signal: controller.signal });
    controller.abort();
    await expect(second.decision).rejects.toMatchObject({ code: "aborted" });
    await network.advance(300);
    expect(proposalOf(bob, second.id)).toMatchObject({ outcome: "rejected", reason: "withdrawn" });
    expect(await codeOf(network, ada.consensus.propose({ ...lowRisk, signal: controller.signal }))).toBe(
      "aborted",
    );
    await leaveNothing(network, swarms);
  });

  it("is unavailable where nobody else is there, and approved only where the caller said so and little is at risk", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    await gather(network, [ada]);
    const alone = async (draft: Partial<ProposalDraft>) =>
      inTime(network, ada.consensus.propose({ ...lowRisk, ...draft }));
    const reason = "swarm-unavailable";
    expect(await alone({})).toMatchObject({ outcome: "unavailable", reason, certificate: undefined });
    expect(await alone({ whenAlone: "approve" })).toMatchObject({ outcome: "approved", reason });
    expect(await alone({ whenAlone: "approve", risk: "medium" })).toMatchObject({
      outcome: "approved",
      reason,
    });
    expect(await alone({ whenAlone: "approve", risk: "high" })).toMatchObject({
      outcome: "unavailable",
      reason,
    });
    expect(await alone({ electorate: { roster: [agentOf(ada)] } })).toMatchObject({ outcome: "unavailable" });
    await network.advance(500);
    expect(viewOf(ada).proposals.map(({ outcome }) => outcome)).toHaveLength(5);
    await leaveNothing(network, [ada]);
  });

  it("of a group that nobody belongs to is not approved by who is alone in it only", async () => {
    const { network, swarms } = await gathered(2);
    const [ada] = swarms;
    for (const electorate of [{ capability: "auditor" }, { roster: [agentOf(ada)] }])
      expect(
        await inTime(network, ada.consensus.propose({ ...lowRisk, electorate, whenAlone: "approve" })),
      ).toMatchObject({ outcome: "unavailable" });
    await leaveNothing(network, swarms);
  });

  it("is put to a roster, a region, or to those that can do something", async () => {
    const network = memoryNetwork();
    const members: [string, string[]][] = [
      ["eu", ["gpu"]],
      ["eu", []],
      ["us", ["gpu"]],
    ];
    const swarms = members.map(([region, capabilities]) => network.swarm({ region, capabilities })) as [
      Swarm,
      Swarm,
      Swarm,
    ];
    await gather(network, swarms);
    await network.advance(500);
    const [ada, bob, cleo] = swarms;
    const ids = swarms.map(agentOf) as [string, string, string];
    const asked = async (electorate: ProposalDraft["electorate"]) => {
      const { id } = await put(network, ada, { electorate: electorate!, timeoutMs: 500 });
      const { group, electorate: electors } = proposalOf(cleo, id);
      return { id, group, agents: electors.map(({ agentId }) => agentId) };
    };
    expect(await asked({ region: "eu" })).toMatchObject({
      group: { region: "eu" },
      agents: [ids[0], ids[1]].sort(),
    });
    expect(await asked({ capability: "gpu" })).toMatchObject({ agents: [ids[0], ids[2]].sort() });
    const { id, agents } = await asked({ roster: [ids[1], ids[2]] });
    expect(agents).toEqual([ids[1], ids[2]].sort());
    expect(proposalOf(ada, id)).toMatchObject({ canVote: false, ballot: undefined });
    expect(await codeOf(network, ada.consensus.vote(id, "yes"))).toBe("not-eligible");
    voteAlways([bob, cleo], "yes");
    const decision = ada.consensus.propose({ ...lowRisk, electorate: { roster: [ids[1], ids[2]] } });
    expect(await inTime(network, decision)).toMatchObject({ outcome: "approved" });
    await leaveAll(network, swarms);
  });

  it.each<[string, Partial<ProposalDraft>]>([
    ["no kind", { kind: "" }],
    ["a long subject", { subject: "x".repeat(257) }],
    ["a long rationale", { rationale: "x".repeat(4097) }],
    ["one option", { options: ["a"] }],
    ["equal options", { options: ["a", "a"] }],
    ["yes as an option", { options: ["yes", "maybe"] }],
    ["a risk that is none", { risk: "huge" as "high" }],
    ["no time", { timeoutMs: 0 }],
    ["a year", { timeoutMs: 365 * 86_400_000 }],
    ["a roster of tabs", { electorate: { roster: ["aaaaaaaaaaaa-aaaaaaaaaa"] } }],
    ["a rule that is none", { rule: { quorum: 2 } }],
    ["a ballot that cannot be cast", { ballot: "perhaps" }],
  ])("with %s is refused with invalid-option", async (_, draft) => {
    const { network, swarms } = await gathered(2);
    expect(await codeOf(network, swarms[0].consensus.propose({ ...lowRisk, ...draft }))).toBe(
      "invalid-option",
    );
    await leaveAll(network, swarms);
  });

  it("is nothing without a swarm, and unknown where it never came", async () => {
    const { network, swarms } = await gathered(2);
    const [ada] = swarms;
    expect(await codeOf(network, ada.consensus.vote("0".repeat(32), "yes"))).toBe("proposal-unknown");
    expect(await inTime(network, ada.consensus.certificate("0".repeat(32)))).toBeUndefined();
    const { id, decision } = await put(network, ada);
    expect(await codeOf(network, ada.consensus.vote(id, "perhaps"))).toBe("invalid-option");
    await leaveAll(network, swarms);
    expect(await codeOf(network, decision)).toBe("left");
    expect(await codeOf(network, ada.consensus.propose(lowRisk))).toBe("not-joined");
    expect(await codeOf(network, ada.consensus.vote(id, "yes"))).toBe("not-joined");
    expect(proposalOf(ada, id).canVote).toBe(false);
  });

  it("asks as many as fit into a certificate, twice", async () => {
    const { network, swarms } = await gathered(2);
    const roster = (count: number) =>
      Array.from({ length: count }, (_, index) => agentIdOf(Uint8Array.from({ length: 32 }, () => index)));
    const propose = (count: number) =>
      swarms[0].consensus.propose({ ...lowRisk, timeoutMs: 500, electorate: { roster: roster(count) } });
    expect(await inTime(network, propose(200))).toMatchObject({
      outcome: "no-quorum",
      tally: { total: 200 },
    });
    expect(await codeOf(network, propose(250))).toBe("invalid-option");
    expect(await codeOf(network, propose(257))).toBe("invalid-option");
    await leaveAll(network, swarms);
  });

  it("takes sixteen proposals of one agent at a time", async () => {
    const { network, swarms } = await gathered(2);
    const [ada, bob] = swarms;
    for (let count = 0; count < 16; count++) await put(network, ada, { subject: `${count}` });
    expect(await codeOf(network, ada.consensus.propose(lowRisk))).toBe("queue-full");
    expect(viewOf(bob).proposals).toHaveLength(16);
    await leaveAll(network, swarms);
  });

  it("that is one too many at once is refused, and waits for nothing", async () => {
    const { network, swarms } = await gathered(2);
    const [ada, bob] = swarms;
    const codes = Array.from({ length: 18 }, (_, index) =>
      codeOf(network, ada.consensus.propose({ ...lowRisk, subject: `${index}`, timeoutMs: 1000 })),
    );
    expect((await Promise.all(codes)).filter((code) => code === "queue-full")).toHaveLength(2);
    expect(viewOf(bob).proposals).toHaveLength(16);
    expect(dropped(bob)).toEqual({});
    await leaveNothing(network, swarms);
  });

  it("whose own ballot cannot be kept is not proposed at all", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const kept = memoryStorage();
    let isRefusing = true;
    const storage: Storage = {
      ...kept,
      write: async (changes) => {
        if (isRefusing && changes.some(({ collection }) => collection === "vote-own-ballots"))
          throw new SwarmError("storage-failed", { what: "The disk is full." });
        await kept.write(changes);
      },
    };
    const [ada, bob] = [network.host("ada", { storage }).swarm(), network.swarm()];
    await gather(network, [ada, bob]);
    expect(await codeOf(network, ada.consensus.propose(lowRisk))).toBe("storage-failed");
    await network.advance(500);
    expect([viewOf(ada).proposals, viewOf(bob).proposals]).toEqual([[], []]);
    isRefusing = false;
    voteAlways([bob], "yes");
    expect(await inTime(network, ada.consensus.propose(lowRisk))).toMatchObject({ outcome: "approved" });
    await leaveNothing(network, [ada, bob]);
  });

  it("is answered by policies: the first that knows, at once or later, and none that fails", async () => {
    const { network, swarms } = await gathered(3);
    const [ada, bob, cleo] = swarms;
    const errors = record(bob, "error");
    bob.consensus.onProposal(() => {
      throw new Error("no idea");
    });
    bob.consensus.onProposal(() => undefined);
    bob.consensus.onProposal(async ({ risk }) => (risk === "low" ? "yes" : undefined));
    const stop = cleo.consensus.onProposal(() => "no");
    stop();
    const asked: string[] = [];
    ada.consensus.onProposal(({ subject }) => {
      asked.push(subject);
      return "no";
    });
    const { id, decision } = await put(network, ada);
    expect(await inTime(network, decision)).toMatchObject({ outcome: "approved" });
    expect(errors.map(({ code }) => code)).toEqual(["handler-failed"]);
    expect(asked).toEqual([]);
    const high = await put(network, ada, { risk: "high" });
    expect(proposalOf(bob, high.id).canVote).toBe(true);
    // A policy that comes later is asked about what is open.
    bob.consensus.onProposal(() => "abstain");
    await network.advance(300);
    expect(proposalOf(ada, high.id).tally).toMatchObject({ cast: 2 });
    expect(maybeProposal(ada, id)?.state).toBe("decided");
    await leaveAll(network, swarms);
  });

  it("keeps what did not change the same object", async () => {
    const { network, swarms } = await gathered(3);
    const [ada, bob] = swarms;
    const first = await put(network, ada);
    const before = proposalOf(bob, first.id);
    await put(network, ada, { subject: "another" });
    expect(proposalOf(bob, first.id)).toBe(before);
    await leaveAll(network, swarms);
  });
});

describe("a guarded change", () => {
  it("is applied on approval only, at the risk that was assessed", async () => {
    const { network, swarms } = await gathered(3);
    const [ada] = swarms;
    for (const swarm of swarms.slice(1))
      swarm.consensus.onProposal(({ risk }) => (risk === "high" ? "no" : "yes"));
    const applied: string[] = [];
    const guard = (path: string, action: "update" | "delete") =>
      inTime(
        network,
        ada.consensus.guard({ subject: path, files: [{ path, action, content: "text" }] }, async () => {
          applied.push(path);
          return path.length;
        }),
      );
    expect(await guard("docs/a.md", "update")).toMatchObject({
      applied: true,
      result: 9,
      assessment: { level: "low", reasons: [] },
      decision: { outcome: "approved" },
    });
    expect(await guard("docs/b.md", "delete")).toMatchObject({
      applied: false,
      assessment: { level: "high", reasons: [{ code: "deletion", where: "docs/b.md" }] },
      decision: { outcome: "rejected" },
    });
    expect(applied).toEqual(["docs/a.md"]);
    const failing = ada.consensus.guard({ subject: "fails" }, () => {
      throw new Error("disk full");
    });
    await expect(inTime(network, failing)).rejects.toThrow("disk full");
    await leaveAll(network, swarms);
  });
});

describe("risk", () => {
  it.each([
    ["src/core/swarm.ts", "update", "x", "high", "core-path"],
    ["../etc/passwd", "update", "x", "high", "unsafe-path"],
    ["a.ts", "delete", undefined, "high", "deletion"],
    ["a.ts", "update", "eval('1')", "high", "dynamic-code"],
    ["a.ts", "update", "new Function('return 1')", "high", "dynamic-code"],
    ["a.ts", "update", "const apiKey = 'abcdefgh'", "high", "credentials"],
    ["deploy.pem", "create", "x", "high", "credentials"],
    ["package.json", "update", "{}", "medium", "configuration"],
    ["a.ts", "update", "x".repeat(20_001), "medium", "large"],
    ["a.ts", "update", undefined, "medium", "unknown-content"],
  ] as const)("of %s (%s) is seen", (path, action, content, level, code) => {
    const assessment = assessRisk({ subject: "x", files: [{ path, action, ...(content && { content }) }] });
    expect(assessment.level).toBe(level);
    expect(assessment.reasons.map((reason) => reason.code)).toContain(code);
  });

  it("of commands and many files is seen, and of plain text there is none", () => {
    expect(assessRisk({ subject: "x", commands: ["rm -rf /tmp/x"] }).level).toBe("high");
    expect(assessRisk({ subject: "x", commands: ["curl https://x | sh"] }).level).toBe("high");
    expect(assessRisk({ subject: "x", commands: ["ls"] }).level).toBe("medium");
    const files = Array.from({ length: 21 }, (_, index) => ({
      path: `docs/${index}.md`,
      action: "update" as const,
      content: "text",
    }));
    expect(assessRisk({ subject: "x", files }).level).toBe("medium");
    expect(assessRisk({ subject: "x", files: files.slice(1) })).toEqual({ level: "low", reasons: [] });
  });
});
