import { getEventListeners } from "node:events";
import fc from "fast-check";
import {
  createSwarm,
  defineTask,
  type Swarm,
  SwarmError,
  type TaskContext,
  type TaskOutcome,
  type TaskOutput,
} from "peerswarm";
import { type MemoryHost, type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, it, vi } from "vitest";
import {
  expectNothingLeft,
  fragileTransport,
  gather,
  idOf,
  leaveAll,
  record,
  until,
  watch,
} from "./support.js";

// 5000 for a long look; the default is what the suite can afford.
const RUNS = Number(process.env.TASK_RUNS ?? 150);
vi.setConfig({ testTimeout: Math.max(60_000, RUNS * 400) });

const MEMBERS = 3;
const TIMEOUT_MS = 60_000;
/** By then whoever was cut off has noticed, and everything has been recalled or has stopped by itself. */
const CALM_MS = 100_000;
/** As the swarm has it by default. */
const HEARTBEAT_MS = 30_000;

const work = defineTask("work", { input: v.string(), output: v.object({ run: v.string() }) });

type Manner = "good" | "throws" | "final" | "stalls";

const who = fc.nat(MEMBERS - 1);
const at = fc.nat(20_000);
const lasting = fc.integer({ min: 500, max: 45_000 });
const fault = fc.oneof(
  fc.record({ kind: fc.constant("sleep"), at, who, lasting }),
  fc.record({ kind: fc.constant("partition"), at, who, lasting }),
  fc.record({ kind: fc.constant("crash"), at, who: fc.integer({ min: 1, max: MEMBERS - 1 }), lasting }),
  fc.record({ kind: fc.constant("slow"), at, who, lasting }),
  fc.record({ kind: fc.constant("fail-links"), at, who, lasting }),
  fc.record({ kind: fc.constant("lose"), at, who, lasting: fc.integer({ min: 10, max: 3000 }) }),
  fc.record({ kind: fc.constant("remove-handler"), at, who, lasting }),
);
type Fault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

const manner = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Manner>("good") },
  { weight: 2, arbitrary: fc.constantFrom<Manner>("throws", "stalls") },
  { weight: 1, arbitrary: fc.constant<Manner>("final") },
);
/** A moment in one of so many cases. */
const seldom = (of: number) =>
  fc.oneof({ weight: of - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: at });

const scenario = fc.record({
  seed: fc.nat(),
  manners: fc.array(manner, {
    minLength: MEMBERS,
    maxLength: MEMBERS,
  }),
  chunks: fc.integer({ min: 0, max: 12 }),
  pauseMs: fc.integer({ min: 0, max: 3000 }),
  faults: fc.array(fault, { maxLength: 4 }),
  retries: fc.nat(3),
  allowSelf: fc.boolean(),
  // Now and then somebody gives the task up, or the delegator itself ends.
  cancelAt: seldom(6),
  delegatorCrashAt: seldom(12),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Run {
  readonly name: string;
  readonly member: number;
  readonly context: TaskContext;
  isOver: boolean;
  isDone: boolean;
}

/** Waits in a tab's own time, and not beyond the signal. */
function pause(host: MemoryHost, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = host.runtime.clock.setTimer(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
}

class World {
  readonly network: MemoryNetwork;
  readonly hosts: MemoryHost[];
  readonly transports: ReturnType<typeof fragileTransport>[];
  readonly swarms: Swarm[];
  readonly runs: Run[] = [];
  readonly stops: (() => void)[] = [];
  readonly errors: string[] = [];
  readonly planned: (() => void)[] = [];
  peerIds: readonly string[] = [];
  readonly of: Scenario;

  constructor(of: Scenario) {
    this.of = of;
    this.network = memoryNetwork({ latencyMs: 20, jitterMs: 10, seed: of.seed });
    this.hosts = of.manners.map((_, index) => this.network.host(`tab-${index}`));
    this.transports = this.hosts.map(fragileTransport);
    this.swarms = this.hosts.map(({ runtime }, index) =>
      createSwarm({ identity: "session", transport: this.transports[index]!, runtime }),
    );
  }

  get living(): Swarm[] {
    return this.swarms.filter((_, index) => !this.hosts[index]!.isCrashed);
  }

  /** Nobody is at work. */
  get isQuiet(): boolean {
    return (
      this.living.every((swarm) => swarm.store.getSnapshot().tasks.counts.active === 0) &&
      this.runs.every(({ member, isOver }) => isOver || this.hosts[member]!.isCrashed)
    );
  }

  handle(): void {
    for (const [member, swarm] of this.swarms.entries()) {
      this.stops.push(swarm.tasks.handle(work, (_, context) => this.execute(member, context)));
      swarm.events.on("error", ({ code }) => this.errors.push(code));
    }
  }

  async execute(member: number, context: TaskContext): Promise<{ run: string }> {
    const { chunks, pauseMs, manners } = this.of;
    const host = this.hosts[member]!;
    const run: Run = { name: `run-${this.runs.length}`, member, context, isOver: false, isDone: false };
    // A member has one run at a time, and none after the one that was done. What throws here is only a failed attempt.
    const twins = this.runs.filter((run) => run.member === member && !run.context.signal.aborted);
    if (twins.some(({ isOver, isDone }) => isDone || !isOver)) this.errors.push("run twice");
    this.runs.push(run);
    try {
      for (let n = 0; n < chunks; n++) {
        await context.write("stdout", `${run.name} ${n}`);
        context.progress(n / chunks);
        await pause(host, pauseMs, context.signal);
      }
      if (manners[member] === "throws") throw new Error("broken");
      if (manners[member] === "final") throw new SwarmError("task-failed", { what: "Nobody can." });
      if (manners[member] === "stalls") await pause(host, 10_000_000, context.signal);
      run.isDone = true;
      return { run: run.name };
    } finally {
      run.isOver = true;
    }
  }

  later(ms: number, act: () => void): void {
    this.planned.push(this.network.clock.setTimer(ms, act));
  }

  plan({ kind, at, who, lasting }: Fault): void {
    const host = this.hosts[who]!;
    const others = this.hosts.filter((other) => other !== host);
    const { behaviour } = this.network;
    const acts: Record<string, [() => void, () => void]> = {
      sleep: [() => host.sleep(), () => host.isAsleep && host.wake()],
      partition: [() => this.network.partition([host], others), () => this.network.heal()],
      crash: [() => host.crash(), () => undefined],
      slow: [
        () => {
          behaviour.latencyMs = 2000;
        },
        () => {
          behaviour.latencyMs = 20;
        },
      ],
      "fail-links": [() => this.transports[who]!.failLinks(), () => undefined],
      lose: [
        () => {
          host.tamper = (message, lane) => (lane === "control" ? undefined : message);
        },
        () => {
          host.tamper = undefined;
        },
      ],
      "remove-handler": [() => this.stops[who]!(), () => undefined],
    };
    const [begin, end] = acts[kind]!;
    this.later(at, begin);
    this.later(at + lasting, end);
  }
}

/** What the consumer has of the attempt that goes on. */
function collector(errors: string[]) {
  let texts: string[] = [];
  let attempt = 0;
  return {
    get texts() {
      return texts;
    },
    onOutput(output: TaskOutput) {
      if (output.attempt < attempt) errors.push("an older attempt");
      attempt = output.attempt;
      if (output.kind === "restarted") texts = [];
      else texts.push(String(output.chunk));
    },
  };
}

const CODES = [
  "no-capable-peer",
  "task-failed",
  "task-refused",
  "task-timeout",
  "lease-lost",
  "task-cancelled",
  "aborted",
];

function checkOutcome(world: World, outcome: TaskOutcome<{ run: string }>, texts: readonly string[]): void {
  if (!outcome.ok) return expect(CODES).toContain(outcome.error.code);
  const run = world.runs.find(({ name }) => name === outcome.output.run);
  expect(run).toBeDefined();
  expect(outcome.by.peerId).toBe(world.peerIds[run!.member]);
  // Of this run only, complete and in order.
  expect(texts).toEqual(Array.from({ length: world.of.chunks }, (_, n) => `${run!.name} ${n}`));
}

function checkNothingGoesOn(world: World): void {
  // Executors that throw on purpose are the only thing that may go wrong in a swarm.
  expect(world.errors.filter((code) => code !== "handler-failed")).toEqual([]);
  for (const swarm of world.living)
    expect(swarm.store.getSnapshot().tasks).toMatchObject({
      busy: 0,
      queued: 0,
      approvals: [],
      counts: { active: 0 },
    });
  for (const { member, context, isOver, name } of world.runs) {
    if (world.hosts[member]!.isCrashed) continue;
    expect({ name, isOver, isAborted: context.signal.aborted }).toMatchObject({ isOver: true });
  }
}

/** Whether a task must be over before its time: its executors are good, and the faults end early. */
function hasTime({ manners, faults, chunks, pauseMs }: Scenario): boolean {
  return (
    manners.every((manner) => manner === "good") &&
    faults.every(({ kind, at, lasting }) => kind !== "fail-links" && at + lasting < 20_000) &&
    chunks * pauseMs < 10_000
  );
}

async function play(of: Scenario): Promise<string> {
  const world = new World(of);
  const isCalm = of.faults.length === 0 && of.delegatorCrashAt === undefined;
  const { network, swarms, hosts } = world;
  world.handle();
  await gather(network, swarms);
  // Long enough that joining has no timers left, where they are counted.
  await network.advance(isCalm ? 15_000 : 100);
  world.peerIds = swarms.map(idOf);
  const [ada] = swarms as [Swarm, ...Swarm[]];
  const controller = new AbortController();
  const { retries, allowSelf, cancelAt, delegatorCrashAt } = of;
  const ended = record(ada, "task-ended");
  const outputs = collector(world.errors);
  const idle = network.pendingTimers;
  const startedAtMs = network.clock.now();
  let endedAtMs = 0;
  const task = ada.tasks.delegate(work, "x", {
    timeoutMs: TIMEOUT_MS,
    retries,
    allowSelf,
    signal: controller.signal,
    onOutput: outputs.onOutput,
  });
  void task.then(() => {
    endedAtMs = network.clock.now();
  });
  const seen = watch(task);
  for (const one of of.faults) world.plan(one);
  if (cancelAt !== undefined) world.later(cancelAt, () => hosts[0]!.run(() => controller.abort()));
  if (delegatorCrashAt !== undefined) world.later(delegatorCrashAt, () => hosts[0]!.crash());
  const faultsEndMs = startedAtMs + Math.max(0, ...of.faults.map(({ at, lasting }) => at + lasting));
  const isOver = (): boolean => hosts[0]!.isCrashed || seen() !== undefined;
  await until(network, () => isOver() && network.clock.now() > faultsEndMs, TIMEOUT_MS + 60_000, 500);
  await until(network, () => world.isQuiet, CALM_MS, 1000);

  const outcome = seen();
  const isAlive = !hosts[0]!.isCrashed;
  if (isAlive) {
    expect(outcome).toBeDefined();
    if (outcome === undefined || "error" in outcome) throw new Error("It was rejected.");
    const sleepMs = of.faults.filter(({ kind, who }) => kind === "sleep" && who === 0).length * 45_000;
    expect(endedAtMs - startedAtMs).toBeLessThanOrEqual(TIMEOUT_MS + sleepMs);
    checkOutcome(world, outcome.value, outputs.texts);
    if (hasTime(of)) expect(outcome.value).not.toMatchObject({ error: { code: "task-timeout" } });
    expect(ended.filter(({ id, role }) => id === task.id && role === "delegated")).toHaveLength(1);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  }
  for (const cancel of world.planned) cancel();
  checkNothingGoesOn(world);
  if (isCalm) {
    // At the same place between two heartbeats, when the witness has signed what happened.
    const betweenMs = (network.clock.now() - startedAtMs) % HEARTBEAT_MS;
    await network.advance(2 * HEARTBEAT_MS - betweenMs);
    expect(network.pendingTimers).toBe(idle);
  }
  await leaveAll(network, world.living);
  expectNothingLeft(network);
  if (!isAlive) return "crashed";
  const { value } = outcome as { value: TaskOutcome };
  return value.ok ? `done in ${Math.min(3, value.attempts)}` : value.error.code;
}

describe("a task among faults", () => {
  it("has one outcome, of one attempt, in time; and nothing of it is left", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(scenario, async (of) => {
        const outcome = await play(of);
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    if (process.env.TASK_RUNS !== undefined) process.stdout.write(`${JSON.stringify([...seen])}\n`);
    // The faults were not so many that nothing was done, nor so few that nothing failed.
    expect(seen.get("done in 1")).toBeGreaterThan(0);
    expect(seen.get("done in 2")).toBeGreaterThan(0);
  });
});
