import { env } from "node:process";
import { describe, expect, it } from "vitest";
import { BrokenPromise, World } from "./world.js";

// The whole is VOTE_RUNS=100000.
const RUNS = Number(env.VOTE_RUNS ?? 20_000);

describe("books of several members, beside a model of who signed what", () => {
  it(`keep the promises of a vote in ${RUNS} runs with every fault`, { timeout: 600_000 }, () => {
    const totals = { decided: 0, approved: 0, equivocations: 0, refused: 0, unresolved: 0 };
    for (let seed = 1; seed <= RUNS; seed++) {
      const world = new World(seed);
      try {
        world.run();
      } catch (error) {
        throw new BrokenPromise(`Seed ${seed}: ${error}`, { cause: error });
      }
      for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += world.counts[name];
    }
    // The runs reach what they are about.
    for (const [name, total] of Object.entries(totals)) expect(total, name).toBeGreaterThan(RUNS / 20);
  });
});
