import fc from "fast-check";
import { type AgentId, createSwarm, defineTask, type Swarm, SwarmError } from "peerswarm";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { gather, idOf, inTime, type Outcome, until, watch } from "./support.js";

const double = defineTask("double", { input: v.number(), output: v.number() });
const UNKNOWN = "0".repeat(32);
const NOBODY = "a".repeat(52) as AgentId;
const lowRisk = { kind: "change", subject: "rename room", risk: "low" } as const;

/** Everything that only a member can do, begun on a swarm. */
const CALLS: Readonly<Record<string, (swarm: Swarm, signal?: AbortSignal) => Promise<unknown>>> = {
  put: ({ knowledge }) => knowledge.put("Sieve", { title: "Mine" }),
  list: ({ knowledge }) => knowledge.list(),
  query: ({ knowledge }, signal) => knowledge.query("sieve", signal && { signal }),
  reflections: ({ reflections }) => reflections.list(),
  letter: (swarm, signal) =>
    swarm.sendReliably(NOBODY, "note", 1, { sealed: false, ...(signal && { signal }) }),
  vote: ({ consensus }) => consensus.vote(UNKNOWN, "yes"),
  withdraw: ({ consensus }) => consensus.withdraw(UNKNOWN),
  certificate: ({ consensus }) => consensus.certificate(UNKNOWN),
  propose: ({ consensus }) => consensus.propose(lowRisk),
  guard: ({ consensus }) => consensus.guard({ subject: "rename room" }, () => undefined),
  request: (swarm, signal) => swarm.request("nobody", "sum", 1, signal && { signal }),
  requestMany: (swarm) => swarm.requestMany(["nobody"], "sum", 1),
  task: async ({ tasks }, signal) => {
    const outcome = await tasks.delegate(double, 1, { timeoutMs: 5000, ...(signal && { signal }) });
    if (!outcome.ok) throw outcome.error;
  },
};

const codeOf = (outcome: Outcome<unknown> | undefined): string | undefined => {
  if (outcome === undefined || !("error" in outcome)) return undefined;
  return outcome.error instanceof SwarmError ? outcome.error.code : String(outcome.error);
};

const beginAll = (swarm: Swarm, signal?: AbortSignal) =>
  Object.entries(CALLS).map(([name, call]) => ({ name, outcome: watch(call(swarm, signal)) }));

/** Lets the platform do a little of what it is at. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

async function alone(network: MemoryNetwork) {
  const swarm = network.swarm();
  return { swarm, joined: watch(swarm.join()) };
}

describe("while a join is under way", () => {
  it("no call is told that the swarm has not joined, whenever it comes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ call: fc.constantFrom(...Object.keys(CALLS)), turns: fc.nat({ max: 12 }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat({ max: 1000 }),
        async (calls, seed) => {
          const network = memoryNetwork({ seed });
          const { swarm } = await alone(network);
          const outcomes = [];
          for (const { call, turns: count } of calls) {
            await turns(count);
            outcomes.push({
              call,
              outcome: watch((CALLS[call] as (swarm: Swarm) => Promise<unknown>)(swarm)),
            });
          }
          await network.advance(6000);
          const left = inTime(network, swarm.leave());
          await left;
          await network.settle();
          const refused = outcomes.filter(
            ({ outcome }) => outcome() === undefined || codeOf(outcome()) === "not-joined",
          );
          expect(refused.map(({ call }) => call)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("what needs nobody else is done as soon as it is known who we are", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const { swarm, joined } = await alone(network);
    const artifact = swarm.knowledge.put("Sieve", { title: "Mine" });
    expect(await inTime(network, artifact)).toMatchObject({ title: "Mine" });
    expect(await codeIn(network, swarm.consensus.vote(UNKNOWN, "yes"))).toBe("proposal-unknown");
    expect(joined()).toBeUndefined();
  });

  it("a task waits for somebody who can do it, and is witnessed", async () => {
    const network = memoryNetwork();
    const bob = network.swarm();
    bob.tasks.handle(double, (number) => number * 2);
    await gather(network, [bob]);
    const { swarm: ada } = await alone(network);
    const task = ada.tasks.delegate(double, 21);
    expect(await inTime(network, task)).toMatchObject({ ok: true, output: 42, by: { peerId: idOf(bob) } });
    expect(await inTime(network, ada.witness.export())).toContain("task_delegated");
  });

  it("a task waits no longer than its own time, and is cancelled by its id", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const { swarm } = await alone(network);
    const [late, cancelled] = [
      swarm.tasks.delegate(double, 1, { timeoutMs: 3000 }),
      swarm.tasks.delegate(double, 1),
    ];
    swarm.tasks.cancel(cancelled.id);
    expect(await cancelled).toMatchObject({ ok: false, error: { code: "task-cancelled" } });
    const startedAtMs = network.clock.now();
    expect(await inTime(network, late)).toMatchObject({ ok: false, error: { code: "task-timeout" } });
    expect(network.clock.now() - startedAtMs).toBeLessThan(3500);
  });

  it("a proposal has its id once it is known who proposes", async () => {
    const network = memoryNetwork();
    const bob = network.swarm();
    await gather(network, [bob]);
    const { swarm: ada } = await alone(network);
    const vote = ada.consensus.propose(lowRisk);
    expect(vote.id).toBe("");
    // Nobody else is linked yet, and one alone approves nothing.
    const decision = await inTime(network, vote);
    expect(decision).toEqual(expect.objectContaining({ outcome: "unavailable", proposalId: vote.id }));
  });

  it("a call is given up by its signal", async () => {
    const network = memoryNetwork();
    const { swarm } = await alone(network);
    const controller = new AbortController();
    const signal = controller.signal;
    const outcomes = [CALLS.query, CALLS.letter].map((call) =>
      watch(call?.(swarm, signal) as Promise<unknown>),
    );
    controller.abort();
    await turns(1);
    expect(outcomes.map((outcome) => codeOf(outcome()))).toEqual(["aborted", "aborted"]);
  });

  it("leave() ends what waits", async () => {
    const network = memoryNetwork();
    const { swarm } = await alone(network);
    const begun = beginAll(swarm);
    await inTime(network, swarm.leave());
    await network.settle();
    const codes = Object.fromEntries(begun.map(({ name, outcome }) => [name, codeOf(outcome())]));
    expect(new Set(Object.values(codes))).toEqual(new Set(["left", "peer-gone", undefined]));
    expect(codes).toMatchObject({
      put: "left",
      letter: "left",
      propose: "left",
      guard: "left",
      task: "left",
    });
  });

  it("a join that fails ends what waits, and what comes later is told that there is none", async () => {
    const network = memoryNetwork();
    const { transport, runtime } = network.host();
    const ed25519 = () => Promise.reject<never>(new Error("no keys"));
    const swarm = createSwarm({ transport, identity: "session", runtime: { ...runtime, ed25519 } });
    const joined = watch(swarm.join());
    const put = watch(swarm.knowledge.put("Sieve"));
    await until(network, () => joined() !== undefined);
    await network.settle();
    expect(codeOf(put())).toBe("left");
    expect(await codeIn(network, swarm.knowledge.list())).toBe("not-joined");
  });
});

async function codeIn(network: MemoryNetwork, promise: Promise<unknown>): Promise<string | undefined> {
  const outcome = watch(promise);
  await until(network, () => outcome() !== undefined);
  return codeOf(outcome());
}
