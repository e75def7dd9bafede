import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { neededOf } from "../../src/components/consensus/needed.js";
import { resolveRule } from "../../src/core/consensus/rule.js";
import { countBallots, decide } from "../../src/core/consensus/tally.js";

const thresholds = fc.integer({ min: 50, max: 100 }).map((percent) => percent / 100);
const rules = fc.oneof(
  fc.constantFrom("majority" as const, "two-thirds" as const, "unanimous" as const).map((kind) => ({ kind })),
  thresholds.map((threshold) => ({ kind: "weighted" as const, threshold })),
);

describe("what a vote needs", () => {
  it("is the least number of yes with which it is approved", () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 256 }), (partial, members) => {
        const question = {
          rule: resolveRule({ ...partial, quorum: 0 }),
          electorate: Array.from({ length: members }, (_, place) => `${place}`),
          options: [],
        };
        const outcomeOf = (yes: number): string | undefined => {
          const ballots = question.electorate.slice(0, yes).map((id) => [id, { choice: "yes" }] as const);
          return decide(question, new Map(ballots), true)?.outcome;
        };
        const needed = neededOf({ rule: question.rule, tally: countBallots(question, new Map()) });
        expect(outcomeOf(needed)).toBe("approved");
        expect(outcomeOf(needed - 1)).not.toBe("approved");
      }),
      // 0.55 of 100 is a little more than 55.
      { examples: [[{ kind: "weighted", threshold: 0.55 }, 100]] },
    );
  });
});
