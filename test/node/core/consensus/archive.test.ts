import { type AgentId, memoryStorage } from "peerswarm";
import { describe, expect, it } from "vitest";
import { createArchive } from "../../../../src/core/consensus/archive.js";
import { equivocation, openPoll, type Poll } from "../../../../src/core/consensus/poll.js";
import { resolveRule } from "../../../../src/core/consensus/rule.js";
import type { SignedProposal } from "../../../../src/core/consensus/voteLetters.js";

const SCOPE = "ada/lobby";
const letter = (...body: number[]) => ({ body: Uint8Array.from(body), signature: new Uint8Array(64) });

const signed: SignedProposal = {
  proposal: {
    id: "p",
    kind: "change",
    subject: "",
    rationale: "",
    risk: "low",
    options: [],
    rule: resolveRule(),
    timeoutMs: 1000,
    electorate: ["ada", "bob", "cleo"],
    group: undefined,
    proposer: "ada",
  },
  room: "lobby",
  hash: "00",
  letter: letter(1),
};
const open = openPoll(signed, 0);
const ended: Poll = {
  ...open,
  end: { outcome: "rejected", reason: "withdrawn", winner: undefined, atMs: 500, signed: undefined },
};

function accused(poll: Poll, agentId: AgentId, first: number, second: number): Poll {
  const letters = [{ letter: letter(first) }, { letter: letter(second) }] as const;
  return { ...poll, evidence: [equivocation(poll, "ballots", agentId, letters)] };
}

function twoTabs() {
  const storage = memoryStorage();
  return { storage, tabs: [1, 2].map(() => createArchive(storage, SCOPE, () => 0)) };
}

describe("votes that two tabs of one agent keep", () => {
  it("have the evidence of both", async () => {
    const { tabs } = twoTabs();
    await tabs[0]!.keep(accused(ended, "bob", 2, 3));
    await tabs[1]!.keep(accused(ended, "cleo", 4, 5));
    const { votes } = await tabs[0]!.load();
    expect(votes[0]?.letters.map(({ body }) => body[0])).toEqual([1, 2, 3, 4, 5]);
    await tabs[0]!.forget("p");
    expect(await tabs[1]!.load()).toEqual({ votes: [], ballots: [], ends: [] });
  });

  it("stay ended, though one of them hears of the proposal later", async () => {
    const { tabs } = twoTabs();
    await tabs[0]!.keep(ended);
    await tabs[1]!.keep(open);
    expect((await tabs[0]!.load()).votes).toMatchObject([{ endedAtMs: 500 }]);
  });

  it("have no second ballot where the first cannot be read", async () => {
    const { tabs, storage } = twoTabs();
    await storage.write([{ collection: "vote-own-ballots", key: `${SCOPE}/p`, value: "damaged" }]);
    await expect(tabs[0]!.ownBallot("p", async () => letter(9))).rejects.toMatchObject({
      code: "storage-failed",
    });
  });

  it("are there, whatever is damaged beside them", async () => {
    const { tabs, storage } = twoTabs();
    await tabs[0]!.keep(open);
    const collections = ["votes", "vote-ballots", "vote-own-ballots", "vote-made-here", "vote-evidence"];
    await storage.write(
      collections.flatMap((collection) =>
        [null, 7, { letters: 7, letter: 7 }, [1, 2]].map((value, index) => ({
          collection,
          key: `${SCOPE}/junk${index}`,
          value,
        })),
      ),
    );
    expect(await tabs[0]!.load()).toMatchObject({ votes: [{ openedAtMs: 0 }], ballots: [], ends: [] });
  });
});
