import { describe, expect, it } from "vitest";
import {
  type Book,
  type BookEvent,
  emptyBook,
  MAX_ENDED,
  reduceBook,
} from "../../../../src/core/consensus/book.js";
import { digestOf, parcelFor, wantedOf } from "../../../../src/core/consensus/exchange.js";
import { resolveRule } from "../../../../src/core/consensus/rule.js";
import type { SignedBallot, SignedEnd, SignedProposal } from "../../../../src/core/consensus/voteLetters.js";

const letter = { body: new Uint8Array(0), signature: new Uint8Array(0) };
const room = "lobby";

function proposalOf(proposer: string, id: string): SignedProposal {
  const proposal = {
    id,
    kind: "change",
    subject: id,
    rationale: "",
    risk: "low" as const,
    options: [],
    rule: resolveRule(),
    timeoutMs: 1000,
    electorate: ["ada", "bob", "cleo"],
    group: undefined,
    proposer,
  };
  return { proposal, room, hash: `hash-${id}`, letter };
}

function ballotOf({ proposal, hash }: SignedProposal, agentId: string, choice: string): SignedBallot {
  return { proposalId: proposal.id, proposalHash: hash, agentId, choice, room, letter };
}

function endOf(
  proposal: SignedProposal,
  hash: string,
  change: Partial<Pick<SignedEnd, "cause" | "outcome" | "ballots">> = {},
): SignedEnd {
  const from = proposal.proposal.proposer;
  const withdrawn = { cause: "withdrawn", outcome: "rejected", ballots: [] } as const;
  return { proposal, ...withdrawn, ...change, winner: undefined, from, room, hash, letter };
}

function bookAfter(book: Book, ...events: readonly BookEvent[]): Book {
  return events.reduce((before, event) => reduceBook(before, event).book, book);
}

describe("a book of votes", () => {
  it("sees that others have another end, though its hash begins like that of its own", () => {
    const proposal = proposalOf("eve", "p");
    const ends = [
      endOf(proposal, `00${"1".repeat(62)}`),
      endOf(proposal, `00${"2".repeat(62)}`, { cause: "deadline", outcome: "no-quorum" }),
    ];
    const [ada, bob] = ends.map((end) => bookAfter(emptyBook("ada"), { type: "end", end, atMs: 0 })) as [
      Book,
      Book,
    ];
    expect(wantedOf(bob, digestOf(ada)!).map(([id]) => id)).toEqual(["p"]);
    expect(wantedOf(ada, digestOf(ada)!)).toEqual([]);
  });

  it("does not forget everyone's ended votes for those of one agent", () => {
    const kept = ["ada", "bob"].map((agent) => endOf(proposalOf(agent, `of ${agent}`), `of ${agent}`));
    const flood = Array.from({ length: 2 * MAX_ENDED }, (_, index) =>
      endOf(proposalOf("eve", `${index}`), `${index}`),
    );
    const book = bookAfter(
      emptyBook("ada"),
      ...[...kept, ...flood].map((end, atMs) => ({ type: "end", end, atMs }) as const),
    );
    expect(book.polls.size).toBe(MAX_ENDED);
    expect([...book.polls.keys()].slice(0, 3)).toEqual(["of ada", "of bob", `${MAX_ENDED + 2}`]);
  });

  it("finds in ballots that waited for a proposal what its end does not tell, and keeps them no longer", () => {
    const proposal = proposalOf("eve", "p");
    const end = endOf(proposal, "end", { ballots: [ballotOf(proposal, "bob", "yes")] });
    const book = bookAfter(
      emptyBook("ada"),
      { type: "ballot", ballot: ballotOf(proposal, "bob", "no"), atMs: 0 },
      { type: "ballot", ballot: ballotOf(proposal, "cleo", "no"), atMs: 0 },
      { type: "end", end, atMs: 0 },
    );
    expect(book.strays).toEqual([]);
    expect(book.polls.get("p")).toMatchObject({
      end: { outcome: "rejected" },
      evidence: [{ agentId: "bob", what: "ballots", isAfterEnd: true }],
    });
  });

  it("tells who lacks the end of the evidence that came after it", () => {
    const proposal = proposalOf("eve", "p");
    const ballots = ["yes", "no"].map((choice) => ({
      ...ballotOf(proposal, "bob", choice),
      letter: { ...letter },
    }));
    const end = endOf(proposal, "end", { ballots: [ballots[0]!] });
    const ada = bookAfter(
      emptyBook("ada"),
      { type: "end", end, atMs: 0 },
      { type: "ballot", ballot: ballots[1]!, atMs: 0 },
    );
    const parcel = parcelFor(ada, ["p", new Uint8Array(0)]);
    expect(parcel.ballots).toEqual(ballots.map(({ letter: one }) => one));
    const given = ballots.map((ballot) => ({ type: "ballot", ballot, atMs: 0 }) as const);
    const late = bookAfter(emptyBook("cleo"), ...given, { type: "end", end, atMs: 0 });
    expect(late.polls.get("p")?.evidence).toMatchObject([{ agentId: "bob", what: "ballots" }]);
  });

  it("has room for a ballot before its proposal, whatever came before that never got one", () => {
    const ballots = Array.from({ length: 40 }, (_, index) =>
      ballotOf(proposalOf("eve", `${index}`), "bob", "yes"),
    );
    const book = bookAfter(
      emptyBook("ada"),
      ...ballots.map((ballot) => ({ type: "ballot", ballot, atMs: 0 }) as const),
    );
    expect(book.strays).toHaveLength(16);
    expect(book.strays.at(-1)?.proposalId).toBe("39");
  });

  it("lets what this agent proposed elsewhere, and nobody ends, give way to what it proposes here", () => {
    const proposals = Array.from({ length: 16 }, (_, index) => proposalOf("ada", `${index}`));
    const book = bookAfter(
      emptyBook("ada"),
      ...proposals.map((signed) => ({ type: "proposal", signed, atMs: 0 }) as const),
      // Each is to be ended; on the other device, where it was made.
      { type: "tick", atMs: 1000 },
      { type: "proposal", signed: proposalOf("ada", "too early"), atMs: 2000 },
      { type: "proposal", signed: proposalOf("ada", "new"), atMs: 20_000 },
    );
    expect(book.polls.has("too early")).toBe(false);
    expect(book.polls.has("new")).toBe(true);
  });
});
