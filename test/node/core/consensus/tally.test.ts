import fc from "fast-check";
import { agentIdOf, type VotingRule } from "peerswarm";
import { describe, expect, it } from "vitest";
import type { Ballot, Verdict } from "../../../../src/core/consensus/outcome.js";
import { resolveRule } from "../../../../src/core/consensus/rule.js";
import { countBallots, decide, type Question } from "../../../../src/core/consensus/tally.js";
import { completions, countByHand, type Said } from "./countByHand.js";

const NAMES = ["a", "b", "c", "d", "e", "f"];

function ballotsOf(said: (agent: string) => Said, electorate: readonly string[]): Map<string, Ballot> {
  const ballots = new Map<string, Ballot>();
  for (const agent of electorate) {
    const answer = said(agent);
    if (answer === "two things") ballots.set(agent, { hasEquivocated: true });
    else if (answer !== undefined) ballots.set(agent, { choice: answer });
  }
  return ballots;
}

// One letter for each member: y, n, a(bstain), = (two different ballots), . (nothing), 1 2 3 (an option).
const ANSWERS: Record<string, Said> = {
  y: "yes",
  n: "no",
  a: "abstain",
  "=": "two things",
  ".": undefined,
  "1": "one",
  "2": "two",
  "3": "three",
};

function decideOf(rule: Partial<VotingRule>, answers: string, isOver: boolean): Verdict | undefined {
  const electorate = NAMES.slice(0, answers.length);
  const said = (agent: string): Said => ANSWERS[answers[electorate.indexOf(agent)]!];
  const options = /[123]/.test(answers) ? ["one", "two", "three"] : [];
  return decide(
    { rule: { ...resolveRule(), ...rule }, electorate, options },
    ballotsOf(said, electorate),
    isOver,
  );
}

describe("the count", () => {
  it.each<[string, Partial<VotingRule>, string, string, string]>([
    ["more than half of all", {}, "yy.", "approved", "approved"],
    ["a majority of those who answered only", {}, "y...", "open", "no-quorum"],
    ["half of all, quorum reached", {}, "yyn.", "open", "expired"],
    ["a tie", {}, "yynn", "rejected", "rejected"],
    ["a tie by abstention", {}, "yyaa", "rejected", "rejected"],
    ["nobody", {}, "....", "open", "no-quorum"],
    ["one that equivocates", {}, "yy=.", "open", "expired"],
    ["two that equivocate", {}, "yy==", "rejected", "rejected"],
    ["half that equivocate, for a quorum of all", { quorum: 1 }, "yyy=", "no-quorum", "no-quorum"],
    ["exactly two thirds", { kind: "two-thirds" }, "yyyy..", "approved", "approved"],
    ["less than two thirds", { kind: "two-thirds" }, "yyy..", "open", "expired"],
    ["more than a third against", { kind: "two-thirds" }, "nn...", "rejected", "rejected"],
    ["all", { kind: "unanimous" }, "yyy", "approved", "approved"],
    ["all but one, silent", { kind: "unanimous" }, "yy.", "open", "expired"],
    ["all but one, abstaining", { kind: "unanimous" }, "yya", "rejected", "rejected"],
    ["a majority short of the quorum", { quorum: 0.75 }, "yyy..", "open", "no-quorum"],
    ["a majority with an abstention for the quorum", { quorum: 0.75 }, "yyya.", "approved", "approved"],
    ["a veto of anyone", { veto: true }, "yyyn", "rejected", "rejected"],
    ["a veto that may come", { veto: true }, "yyy.", "open", "approved"],
    ["a veto of one", { veto: ["d"] }, "yyyn", "rejected", "rejected"],
    ["a no of who has no veto", { veto: ["a"] }, "yyyn", "approved", "approved"],
    ["weight", { kind: "weighted", weights: { a: 3 } }, "y...", "open", "expired"],
    ["weight that is enough", { kind: "weighted", weights: { a: 4 } }, "y...", "approved", "approved"],
    ["weight of nobody", { kind: "weighted", weights: { a: 0, b: 0 } }, "yy", "no-quorum", "no-quorum"],
    ["a threshold that is met", { kind: "weighted", threshold: 0.6 }, "yyy..", "approved", "approved"],
    ["a threshold that is not", { kind: "weighted", threshold: 0.75 }, "yyyn.", "open", "expired"],
    ["an option with a majority", {}, "1112.", "approved", "approved"],
    ["a plurality that is no majority", {}, "1123", "rejected", "rejected"],
    ["a plurality at the deadline", {}, "112..", "open", "expired"],
    ["nobody for any option", {}, "1nnn", "rejected", "rejected"],
  ])("of %s (%j, %s) is %s before the deadline and %s at it", (_, rule, answers, before, at) => {
    expect(decideOf(rule, answers, false)?.outcome ?? "open").toBe(before);
    expect(decideOf(rule, answers, true)?.outcome ?? "open").toBe(at);
  });

  it("adds up weights by choice, over the electorate only", () => {
    const question: Question = {
      rule: { ...resolveRule("weighted"), weights: { a: 5 } },
      electorate: ["a", "b", "c", "d"],
      options: [],
    };
    const ballots = new Map<string, Ballot>([
      ["a", { choice: "yes" }],
      ["b", { hasEquivocated: true }],
      ["c", { choice: "no" }],
      ["stranger", { choice: "yes" }],
    ]);
    expect({ ...countBallots(question, ballots), byChoice: undefined }).toEqual({
      total: 8,
      cast: 6,
      pending: 1,
      equivocated: 1,
      byChoice: undefined,
    });
    expect({ ...countBallots(question, ballots).byChoice }).toEqual({ yes: 5, no: 1 });
  });

  const share = (least: number): fc.Arbitrary<number> =>
    fc.integer({ min: least, max: 20 }).map((twentieths) => twentieths / 20);
  const question = fc
    .record({ size: fc.integer({ min: 1, max: 4 }), hasOptions: fc.boolean() })
    .chain(({ size, hasOptions }) => {
      const electorate = NAMES.slice(0, size);
      const plain = { quorum: share(0), veto: fc.oneof(fc.boolean(), fc.subarray(electorate)) };
      const weights = fc.dictionary(fc.constantFrom(...electorate), fc.integer({ min: 0, max: 4 }));
      const rule: fc.Arbitrary<VotingRule> = fc.oneof(
        fc.record({ kind: fc.constantFrom("majority", "two-thirds", "unanimous"), ...plain }),
        fc.record({ kind: fc.constant("weighted" as const), weights, threshold: share(10), ...plain }),
      );
      return fc.record({
        rule,
        electorate: fc.constant(electorate),
        options: fc.constant(hasOptions ? ["one", "two"] : []),
        answers: fc.array(
          fc.constantFrom<Said>(
            ...(hasOptions ? ["one", "two"] : ["yes"]),
            "no",
            "abstain",
            "two things",
            undefined,
          ),
          { minLength: size, maxLength: size },
        ),
      });
    });

  it("is what a count by hand comes to, and is told early exactly where nothing can change it", () => {
    fc.assert(
      fc.property(question, ({ answers, ...asked }) => {
        const said = (agent: string): Said => answers[asked.electorate.indexOf(agent)];
        const ballots = ballotsOf(said, asked.electorate);
        const { outcome, winner } = decide(asked, ballots, true)!;
        expect({ outcome, winner }).toEqual(countByHand(asked, said));
        const possible = new Map<string, unknown>();
        for (const completed of completions(asked, said)) {
          const end = countByHand(asked, completed);
          possible.set(JSON.stringify(end), end);
        }
        const early = decide(asked, ballots, false);
        if (possible.size > 1) expect(early).toBeUndefined();
        else expect({ outcome: early?.outcome, winner: early?.winner }).toEqual([...possible.values()][0]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a rule", () => {
  it("is a majority with a quorum of half unless told otherwise", () => {
    expect(resolveRule()).toEqual({ kind: "majority", quorum: 0.5, veto: false });
    expect(resolveRule("unanimous")).toEqual({ kind: "unanimous", quorum: 0.5, veto: false });
  });

  it.each<[string, unknown]>([
    ["an unknown name", "most"],
    ["a quorum above all", { quorum: 1.1 }],
    ["a quorum that is none", { quorum: NaN }],
    ["weights of a majority", { kind: "majority", weights: {} }],
    ["a threshold of half at most", { kind: "weighted", threshold: 0.4 }],
    ["a negative weight", { kind: "weighted", weights: { [agentIdOf(new Uint8Array(32))]: -1 } }],
    ["a veto of what is no agent", { veto: ["somebody"] }],
  ])("with %s is refused", (_, rule) => {
    expect(() => resolveRule(rule as Partial<VotingRule>)).toThrowError(
      expect.objectContaining({ code: "invalid-option" }),
    );
  });
});
