import {
  type ApprovalRequest,
  createIdentity,
  createSwarm,
  defineTask,
  type Swarm,
  SwarmError,
  type SwarmOptions,
  type TaskContext,
  type TaskOutcome,
  type TaskOutput,
  type TaskSnapshot,
  type TasksView,
} from "peerswarm";
import { type MemoryHost, type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  agentOf,
  connectedPeers,
  dropped,
  expectNothingLeft,
  fragileTransport,
  gather,
  idOf,
  inTime,
  leaveNothing,
  record,
  tabs,
  until,
  watch,
} from "./support.js";

const sum = defineTask("sum", { input: v.array(v.number()), output: v.number() });
const echo = defineTask("echo", { input: v.string(), output: v.string() });

const add = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

async function members(count: number, options: Omit<SwarmOptions, "transport" | "runtime"> = {}) {
  const network = memoryNetwork({ latencyMs: 10 });
  const { hosts, swarms } = tabs(network, count, options);
  await gather(network, swarms);
  return { network, hosts, swarms };
}

async function couple() {
  const { network, hosts, swarms } = await members(2);
  const [ada, bob] = swarms as [Swarm, Swarm];
  return { network, hosts: hosts as [MemoryHost, MemoryHost], swarms, ada, bob };
}

async function three() {
  const { network, hosts, swarms } = await members(3);
  const [ada, bob, eve] = swarms as [Swarm, Swarm, Swarm];
  return { network, hosts: hosts as [MemoryHost, MemoryHost, MemoryHost], swarms, ada, bob, eve };
}

const tasksOf = (swarm: Swarm): TasksView => swarm.store.getSnapshot().tasks;

function taskOf(swarm: Swarm, id?: string): TaskSnapshot | undefined {
  return tasksOf(swarm).list.findLast((task) => id === undefined || task.id === id);
}

/** Lets what members announced arrive. */
const announced = (network: MemoryNetwork): Promise<void> => network.advance(50);

/** An executor that waits in its own tab's time, and notes how it went. */
function sleeper(host: MemoryHost, ms: number) {
  const contexts: TaskContext[] = [];
  const run = <T>(input: T, context: TaskContext): Promise<T> => {
    contexts.push(context);
    return new Promise((resolve) => host.runtime.clock.setTimer(ms, () => resolve(input)));
  };
  return { contexts, run };
}

/** An executor that ends with its signal only. */
function waiter() {
  const contexts: TaskContext[] = [];
  const run = (_: unknown, context: TaskContext): Promise<never> => {
    contexts.push(context);
    return new Promise((_, reject) => {
      context.signal.addEventListener("abort", () => reject(context.signal.reason));
    });
  };
  return { contexts, run };
}

function failureOf(outcome: TaskOutcome): Extract<TaskOutcome, { ok: false }> {
  if (outcome.ok) throw new Error("It was done.");
  return outcome;
}

describe("a task", () => {
  it("is done by a peer that handles it, typed on both ends, and shows on both", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.tasks.handle(sum, (numbers, context) => {
      expectTypeOf(numbers).toEqualTypeOf<number[]>();
      expect(context).toMatchObject({ attempt: 1, from: { peerId: idOf(ada), agentId: agentOf(ada) } });
      return add(numbers);
    });
    await announced(network);
    expect(connectedPeers(ada)[0]?.profile.capabilities).toContain("task:sum");
    const task = ada.tasks.delegate(sum, [1, 2, 3]);
    const outcome = await inTime(network, task);
    expectTypeOf(outcome).toEqualTypeOf<TaskOutcome<number>>();
    expect(outcome).toEqual({
      ok: true,
      output: 6,
      by: { peerId: idOf(bob), agentId: agentOf(bob) },
      attempts: 1,
    });
    expect(taskOf(ada, task.id)).toMatchObject({
      role: "delegated",
      type: "sum",
      state: "done",
      peerId: idOf(bob),
      choice: { peerId: idOf(bob), reasons: ["load not known yet", "round trip 20 ms"] },
    });
    expect(taskOf(bob, task.id)).toMatchObject({ role: "handled", state: "done", peerId: idOf(ada) });
    expect(ada.getStats().tasks).toMatchObject({ delegated: 1, done: 1, active: 0 });
    expect([dropped(ada), dropped(bob)]).toEqual([{}, {}]);
    await leaveNothing(network, swarms);
  });

  it("shows by its witness records who gave it to whom, and how it ended", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.tasks.handle(sum, add);
    await announced(network);
    const task = ada.tasks.delegate(sum, [1]);
    await inTime(network, task);
    const kinds = async (swarm: Swarm) => {
      const text = await inTime(network, swarm.witness.export());
      return [...text.matchAll(/"kind":"(task_[a-z]+)"/g)].map(([, kind]) => kind);
    };
    expect(await kinds(ada)).toEqual(["task_delegated", "task_assigned", "task_ended"]);
    expect(await kinds(bob)).toEqual(["task_approved", "task_started", "task_ended"]);
    await leaveNothing(network, swarms);
  });

  it("tells of its progress, and streams its output in order, split where it is big", async () => {
    const { network, swarms, hosts, ada, bob } = await couple();
    const text = "é".repeat(100_000);
    bob.tasks.handle(echo, async (input, { progress, write }) => {
      progress(0.5, "half");
      await write("stdout", text);
      await new Promise<void>((resolve) => hosts[1].runtime.clock.setTimer(500, resolve));
      await write("stderr", "careful");
      await write("result", Uint8Array.of(1, 2, 3));
      progress(2);
      return input;
    });
    await announced(network);
    const outputs: TaskOutput[] = [];
    const progress: unknown[] = [];
    const task = ada.tasks.delegate(echo, "hi", {
      onOutput: (output) => outputs.push(output),
      onProgress: ({ fraction, note, by }) => progress.push([fraction, note, by.peerId]),
    });
    expect(await inTime(network, task)).toMatchObject({ ok: true, output: "hi" });
    const chunks = outputs.flatMap((output) => (output.kind === "chunk" ? [output] : []));
    expect(
      chunks
        .filter(({ stream }) => stream === "stdout")
        .map(({ chunk }) => chunk)
        .join(""),
    ).toBe(text);
    expect(chunks.at(-2)).toEqual({ kind: "chunk", attempt: 1, stream: "stderr", chunk: "careful" });
    expect(chunks.at(-1)).toEqual({
      kind: "chunk",
      attempt: 1,
      stream: "result",
      chunk: Uint8Array.of(1, 2, 3),
    });
    expect(progress).toEqual([
      [0.5, "half", idOf(bob)],
      [1, undefined, idOf(bob)],
    ]);
    expect(taskOf(ada)?.outputs).toEqual({ chunks: 5, bytes: 100_000 + 7 + 3 });
    await leaveNothing(network, swarms);
  });

  it("of many outputs brings all of them, with the sender held back by what is not acknowledged", async () => {
    const { network, swarms, ada, bob } = await couple();
    let most = 0;
    bob.tasks.handle(echo, async (input, { write }) => {
      for (let n = 0; n < 200; n++) {
        await write("result", new Uint8Array(40_000).fill(n));
        most = Math.max(most, bob.queuedBytes(idOf(ada)));
      }
      return input;
    });
    await announced(network);
    let next = 0;
    const outcome = await inTime(
      network,
      ada.tasks.delegate(echo, "much", {
        onOutput(output) {
          if (output.kind === "chunk") expect((output.chunk as Uint8Array)[0]).toBe(next++ % 256);
        },
      }),
    );
    expect(outcome.ok).toBe(true);
    expect(next).toBe(200);
    expect(most).toBeLessThan(1_200_000);
    await leaveNothing(network, swarms);
  });

  it("whose executor never waits for room fails with a clear limit", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    bob.tasks.handle(echo, (input, { write }) => {
      for (let n = 0; n < 200; n++) void write("result", new Uint8Array(40_000));
      return input;
    });
    await announced(network);
    const { error } = failureOf(await inTime(network, ada.tasks.delegate(echo, "flood", { retries: 0 })));
    expect(error.code).toBe("task-failed");
    expect(error.message).toContain("4 MiB");
    expect(errors).toHaveLength(1);
    await leaveNothing(network, swarms);
  });

  it("that waits for a slot has its place, agents in turn", async () => {
    const { network, swarms, ada, bob, eve } = await three();
    const ends: (() => void)[] = [];
    bob.tasks.configure({ slots: 1 });
    bob.tasks.handle(echo, (input) => new Promise((resolve) => ends.push(() => resolve(input))));
    await announced(network);
    for (const input of ["a1", "a2", "a3"]) void ada.tasks.delegate(echo, input);
    await network.settle();
    void eve.tasks.delegate(echo, "e1");
    await network.settle();
    const inputOf = (key: number) => tasksOf(bob).list.find((task) => task.key === key)?.inputPreview;
    const queue = () => tasksOf(bob).queue.map(inputOf);
    expect(queue()).toEqual(["a2", "e1", "a3"]);
    ends[0]?.();
    await network.settle();
    expect(queue()).toEqual(["e1", "a3"]);
    await leaveNothing(network, swarms);
  });

  it("that is cancelled by its signal reaches the executor, and is gone on both sides", async () => {
    const { network, swarms, ada, bob } = await couple();
    const { contexts, run } = waiter();
    bob.tasks.handle(echo, run);
    await announced(network);
    const idle = network.pendingTimers;
    const controller = new AbortController();
    const task = ada.tasks.delegate(echo, "x", { signal: controller.signal });
    await network.settle();
    expect(taskOf(ada)?.state).toBe("running");
    expect(contexts[0]?.signal.aborted).toBe(false);
    controller.abort();
    expect(failureOf(await inTime(network, task)).error.code).toBe("aborted");
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(contexts[0]?.signal.reason).toMatchObject({ code: "task-cancelled" });
    expect([taskOf(ada)?.state, taskOf(bob)?.state]).toEqual(["cancelled", "cancelled"]);
    expect(tasksOf(bob)).toMatchObject({ busy: 0, queued: 0 });
    await network.advance(300);
    expect(network.pendingTimers).toBe(idle);
    const second = ada.tasks.delegate(echo, "y");
    await network.settle();
    ada.tasks.cancel(second.id);
    expect(failureOf(await inTime(network, second)).error.code).toBe("task-cancelled");
    expect(contexts[1]?.signal.aborted).toBe(true);
    await leaveNothing(network, swarms);
  });

  it("that takes too long ends with task-timeout, and the executor is told", async () => {
    const { network, swarms, ada, bob } = await couple();
    const { contexts, run } = waiter();
    bob.tasks.handle(echo, run);
    await announced(network);
    const task = ada.tasks.delegate(echo, "x", { timeoutMs: 40_000 });
    const seen = watch(task);
    await network.advance(39_000);
    expect(seen()).toBeUndefined();
    await network.advance(1100);
    expect(failureOf(await task)).toMatchObject({ error: { code: "task-timeout" }, attempts: 1 });
    expect(contexts[0]?.signal.aborted).toBe(true);
    await leaveNothing(network, swarms);
  });

  it("whose executor throws goes to another peer; where all throw, the last reason is the outcome", async () => {
    const { network, swarms, ada, bob, eve } = await three();
    const errors = [record(bob, "error"), record(eve, "error")];
    let runs = 0;
    for (const swarm of [bob, eve])
      swarm.tasks.handle(echo, (input) => {
        if (++runs === 1 || input === "always") throw new Error(`broken ${runs}`);
        return input;
      });
    await announced(network);
    expect(await inTime(network, ada.tasks.delegate(echo, "once"))).toMatchObject({ ok: true, attempts: 2 });
    const { error, attempts } = failureOf(await inTime(network, ada.tasks.delegate(echo, "always")));
    expect([error.code, attempts]).toEqual(["task-failed", 3]);
    expect(error.message).toContain("broken");
    expect(errors.flat().map(({ code }) => code)).toEqual(Array(4).fill("handler-failed"));
    await leaveNothing(network, swarms);
  });

  it("whose executor says that nobody can do it is not tried elsewhere", async () => {
    const { network, swarms, ada, bob, eve } = await three();
    const errors = record(bob, "error");
    let runs = 0;
    for (const swarm of [bob, eve])
      swarm.tasks.handle(echo, () => {
        runs++;
        throw new SwarmError("task-failed", { what: "There is no such thing." });
      });
    await announced(network);
    const { error, attempts } = failureOf(await inTime(network, ada.tasks.delegate(echo, "x")));
    expect(error.message).toContain("no such thing");
    expect([attempts, runs, errors]).toEqual([1, 1, []]);
    await leaveNothing(network, swarms);
  });

  it("is refused before it leaves where it is used wrongly, and is a value where it is not", async () => {
    const { network, swarms, ada } = await couple();
    const rejects = (promise: Promise<unknown>) => expect(promise).rejects;
    // @ts-expect-error the schema wants numbers
    await rejects(ada.tasks.delegate(sum, ["one"])).toMatchObject({ code: "invalid-payload" });
    await rejects(ada.tasks.delegate(echo, "x".repeat(200_000))).toMatchObject({ code: "payload-too-large" });
    await rejects(ada.tasks.delegate(echo, "x", { timeoutMs: 0 })).toMatchObject({ code: "invalid-option" });
    await rejects(ada.tasks.delegate(echo, "x", { retries: 0.5 })).toMatchObject({ code: "invalid-option" });
    await rejects(ada.tasks.delegate(echo, "x", { id: "" })).toMatchObject({ code: "invalid-option" });
    expect(() => defineTask("", { input: v.any(), output: v.any() })).toThrow(/1 to 64/);
    expect(() => ada.tasks.configure({ slots: 0 })).toThrow(/1 to 64/);
    const stop = ada.tasks.handle(echo, (input) => input);
    expect(() => ada.tasks.handle(echo, (input) => input)).toThrow(/have a handler already/);
    stop();
    stop();
    const aborted = ada.tasks.delegate(echo, "x", { signal: AbortSignal.abort() });
    expect(failureOf(await aborted).error.code).toBe("aborted");
    await leaveNothing(network, swarms);
    expect(failureOf(await ada.tasks.delegate(echo, "x")).error.code).toBe("not-joined");
  });

  it("whose output the schema refuses fails on the side that finds it; too big a one is final", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    const loose = defineTask("echo", { input: v.any(), output: v.any() });
    let answer: unknown = 5;
    const stop = bob.tasks.handle(loose, () => answer);
    await announced(network);
    const unfit = failureOf(await inTime(network, ada.tasks.delegate(echo, "x", { retries: 0 })));
    expect(unfit.error.code).toBe("invalid-payload");
    expect(dropped(ada)).toEqual({ "invalid-payload": 1 });
    answer = "x".repeat(200_000);
    const large = failureOf(await inTime(network, ada.tasks.delegate(echo, "x")));
    expect([large.error.code, large.attempts]).toEqual(["payload-too-large", 1]);
    stop();
    bob.tasks.handle(echo, () => 5 as never);
    await announced(network);
    const caught = failureOf(await inTime(network, ada.tasks.delegate(echo, "x", { retries: 0 })));
    expect(caught.error.code).toBe("task-failed");
    const careless = await inTime(network, ada.tasks.delegate(loose, 5, { retries: 0 }));
    expect(failureOf(careless).error.code).toBe("invalid-payload");
    expect(dropped(bob)).toEqual({ "invalid-payload": 1 });
    expect(errors).toHaveLength(2);
    await leaveNothing(network, swarms);
  });

  it("may be done by its own member where that is allowed", async () => {
    const { network, swarms, ada } = await couple();
    const numbers = [1, 2];
    ada.tasks.handle(sum, (received) => {
      expect(received).not.toBe(numbers);
      return add(received);
    });
    await announced(network);
    expect(failureOf(await ada.tasks.delegate(sum, numbers)).error.code).toBe("no-capable-peer");
    const outcome = await inTime(network, ada.tasks.delegate(sum, numbers, { allowSelf: true }));
    expect(outcome).toMatchObject({ ok: true, output: 3, by: { peerId: idOf(ada) } });
    await leaveNothing(network, swarms);
  });

  it("may be delegated anew under the same id by whoever hears that it has ended", async () => {
    const { network, swarms, ada, bob } = await couple();
    let runs = 0;
    record(bob, "error");
    bob.tasks.handle(echo, (input) => {
      if (++runs === 1) throw new Error("broken");
      return input;
    });
    await announced(network);
    let again: Promise<TaskOutcome> | undefined;
    ada.events.on("task-ended", () => {
      again ??= ada.tasks.delegate(echo, "x", { id: "one" });
    });
    expect((await inTime(network, ada.tasks.delegate(echo, "x", { id: "one", retries: 0 }))).ok).toBe(false);
    expect(await inTime(network, again as Promise<TaskOutcome>)).toMatchObject({ ok: true, output: "x" });
    await leaveNothing(network, swarms);
  });

  it("ends with left where its swarm leaves; its handlers are gone with the room, and there again in the next", async () => {
    const { network, swarms, ada, bob } = await couple();
    const { contexts, run } = waiter();
    bob.tasks.handle(echo, run);
    await announced(network);
    const task = ada.tasks.delegate(echo, "x");
    await network.settle();
    await inTime(network, ada.leave());
    expect(failureOf(await task).error.code).toBe("left");
    await network.settle();
    expect(contexts[0]?.signal.aborted).toBe(true);
    await inTime(network, ada.join());
    await until(network, () => connectedPeers(ada).length === 1);
    await announced(network);
    const again = ada.tasks.delegate(echo, "x");
    await network.settle();
    expect(contexts).toHaveLength(2);
    await inTime(network, bob.leave());
    expect(contexts[1]?.signal.aborted).toBe(true);
    expect(failureOf(await inTime(network, again)).error.code).toBe("no-capable-peer");
    await leaveNothing(network, swarms);
  });

  it("handler that is removed is announced no more, and what it was doing goes to another peer", async () => {
    const { network, swarms, ada, bob, eve } = await three();
    const { contexts, run } = waiter();
    const stop = bob.tasks.handle(echo, run);
    await announced(network);
    const task = ada.tasks.delegate(echo, "x");
    await network.settle();
    eve.tasks.handle(echo, (input) => `eve ${input}`);
    await announced(network);
    stop();
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(await inTime(network, task)).toMatchObject({ ok: true, output: "eve x", attempts: 2 });
    await announced(network);
    expect(connectedPeers(ada).find(({ peerId }) => peerId === idOf(bob))?.profile.capabilities).toEqual([]);
    await leaveNothing(network, swarms);
  });
});

describe("the choice of a peer", () => {
  it("fails at once where nobody can, and says what is missing and who has what", async () => {
    const { network, swarms, ada, bob, eve } = await three();
    const gpu = defineTask("render", {
      input: v.string(),
      output: v.string(),
      requires: ["webgpu", "magic"],
    });
    bob.tasks.handle(gpu, (input) => input);
    eve.announce({ capabilities: ["webgpu"] });
    await announced(network);
    const { error, lack, attempts } = failureOf(await inTime(network, ada.tasks.delegate(gpu, "x"), 100, 10));
    expect([error.code, attempts]).toEqual(["no-capable-peer", 0]);
    expect(lack).toEqual({
      required: ["task:render", "webgpu", "magic"],
      missing: ["magic"],
      holders: { "task:render": [idOf(bob)], webgpu: [idOf(eve)], magic: [] },
    });
    expect(error.message).toContain("magic");
    expect(error.message).toContain(idOf(bob));
    bob.announce({ capabilities: ["webgpu", "magic"] });
    await announced(network);
    expect(await inTime(network, ada.tasks.delegate(gpu, "x"))).toMatchObject({ ok: true });
    await leaveNothing(network, swarms);
  });

  it("waits a little for those that have not said yet what they can", async () => {
    const network = memoryNetwork({ latencyMs: 200 });
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as [Swarm, Swarm];
    bob.tasks.handle(echo, (input) => input);
    const task = new Promise<TaskOutcome>((resolve) => {
      ada.events.on("peer-joined", ({ profile }) => {
        expect(profile.capabilities).toEqual([]);
        resolve(ada.tasks.delegate(echo, "x"));
      });
    });
    await inTime(network, Promise.all([ada.join(), bob.join()]));
    expect(await inTime(network, task)).toMatchObject({ ok: true, attempts: 1 });
    await leaveNothing(network, swarms);
  });

  it("spreads tasks by slots and queues, and asks only those named in among", async () => {
    const { network, swarms, hosts } = await members(4);
    const [ada, ...others] = swarms as [Swarm, ...Swarm[]];
    const counts = new Map<string, number>();
    for (const [index, swarm] of others.entries()) {
      const { run } = sleeper(hosts[index + 1] as MemoryHost, 1000);
      swarm.tasks.handle(echo, (input, context) => {
        counts.set(idOf(swarm), (counts.get(idOf(swarm)) ?? 0) + 1);
        return run(input, context);
      });
    }
    await announced(network);
    await inTime(network, Promise.all(Array.from({ length: 6 }, (_, n) => ada.tasks.delegate(echo, `${n}`))));
    expect([...counts.values()]).toEqual([2, 2, 2]);
    expect(Object.keys(tasksOf(ada).loads)).toHaveLength(3);
    const last = others[2] as Swarm;
    const among = Array.from({ length: 4 }, () => ada.tasks.delegate(echo, "x", { among: [idOf(last)] }));
    for (const outcome of await inTime(network, Promise.all(among)))
      expect(outcome).toMatchObject({ ok: true, by: { peerId: idOf(last) } });
    await leaveNothing(network, swarms);
  });

  it("prefers the nearer of two, by round trip and region", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const ada = network.swarm({ region: "eu" });
    const [near, far] = [network.swarm({ region: "eu" }), network.swarm({ region: "us" })];
    const swarms = [ada, near, far];
    await gather(network, swarms);
    for (const swarm of [near, far]) swarm.tasks.handle(echo, (input) => input);
    await announced(network);
    for (let n = 0; n < 5; n++)
      expect(await inTime(network, ada.tasks.delegate(echo, "x"))).toMatchObject({
        by: { peerId: idOf(near) },
      });
    expect(taskOf(ada)?.choice).toEqual({
      peerId: idOf(near),
      agentId: agentOf(near),
      reasons: ["2 of 2 slots free", "round trip 20 ms", "same region"],
      others: [{ peerId: idOf(far), reasons: ["2 of 2 slots free", "round trip 20 ms", "another region"] }],
    });
    await leaveNothing(network, swarms);
  });

  it("goes on to the next where a peer is busy, and waits where all are", async () => {
    const { network, swarms, hosts, ada, bob } = await couple();
    const { run } = sleeper(hosts[1], 1000);
    bob.tasks.configure({ slots: 1, maxQueued: 0 });
    bob.tasks.handle(echo, run);
    await announced(network);
    const states = record(ada, "task-progress");
    const outcomes = await inTime(
      network,
      Promise.all([ada.tasks.delegate(echo, "a"), ada.tasks.delegate(echo, "b")]),
    );
    expect(outcomes).toMatchObject([
      { ok: true, output: "a" },
      { ok: true, output: "b" },
    ]);
    expect(states.some(({ state, error }) => state === "waiting" && error?.code === "task-refused")).toBe(
      true,
    );
    await leaveNothing(network, swarms);
  });

  it("keeps a peer at work with hundreds of tasks, and asks it no more often than it has room", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    const { contexts, run } = sleeper(hosts[1], 50);
    bob.tasks.handle(echo, run);
    await announced(network);
    const startedAtMs = hosts[0].runtime.clock.now();
    const tasks = Array.from({ length: 200 }, (_, n) => ada.tasks.delegate(echo, `${n}`));
    const outcomes = await inTime(network, Promise.all(tasks));
    // Two at a time of 50 ms each are 5 s.
    expect(hosts[0].runtime.clock.now() - startedAtMs).toBeLessThan(6000);
    expect(outcomes.every(({ ok, attempts }) => ok && attempts <= 2)).toBe(true);
    expect(contexts).toHaveLength(200);
    await leaveNothing(network, swarms);
  });

  it("gives nothing to an agent that is muted here", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.tasks.handle(echo, (input) => input);
    await announced(network);
    ada.mute(agentOf(bob));
    const { error, lack } = failureOf(await inTime(network, ada.tasks.delegate(echo, "x")));
    expect([error.code, lack?.missing]).toEqual(["no-capable-peer", ["task:echo"]]);
    ada.unmute(agentOf(bob));
    expect(await inTime(network, ada.tasks.delegate(echo, "x"))).toMatchObject({ ok: true });
    await leaveNothing(network, swarms);
  });

  it("is tried again with an agent whose trial was cancelled the moment it began", async () => {
    const { network, swarms, ada, bob } = await couple();
    let isBroken = true;
    record(bob, "error");
    bob.tasks.handle(echo, (input) => {
      if (isBroken) throw new Error("broken");
      return input;
    });
    await announced(network);
    await inTime(network, ada.tasks.delegate(echo, "x", { timeoutMs: 20_000 }));
    await network.advance(40_000);
    isBroken = false;
    const stop = ada.events.on("task-progress", ({ id, state }) => {
      if (state === "assigned") ada.tasks.cancel(id);
    });
    const trial = await inTime(network, ada.tasks.delegate(echo, "x"));
    expect(failureOf(trial).error.code).toBe("task-cancelled");
    stop();
    expect(await inTime(network, ada.tasks.delegate(echo, "x"))).toMatchObject({ ok: true });
    await leaveNothing(network, swarms);
  });

  it("skips an agent that keeps failing, tries it again later, and trusts it again when that works", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    let isBroken = true;
    let runs = 0;
    bob.tasks.handle(echo, (input) => {
      runs++;
      if (isBroken) throw new Error("broken");
      return input;
    });
    await announced(network);
    for (let n = 0; n < 3; n++) await inTime(network, ada.tasks.delegate(echo, "x", { retries: 0 }));
    expect(tasksOf(ada).breakers).toEqual([
      { agentId: agentOf(bob), state: "open", failures: 3, retryAtMs: expect.any(Number) },
    ]);
    const skipped = failureOf(await inTime(network, ada.tasks.delegate(echo, "x", { timeoutMs: 5000 })));
    expect([skipped.error.code, skipped.attempts, runs]).toEqual(["task-timeout", 0, 3]);
    // The trial fails: it is left alone for twice as long.
    await network.advance(30_000);
    expect(tasksOf(ada).breakers).toMatchObject([{ state: "half-open" }]);
    await inTime(network, ada.tasks.delegate(echo, "x", { retries: 0 }));
    expect(runs).toBe(4);
    await network.advance(31_000);
    expect(tasksOf(ada).breakers[0]?.failures).toBe(4);
    isBroken = false;
    const patient = ada.tasks.delegate(echo, "x");
    expect(await inTime(network, patient)).toMatchObject({ ok: true, attempts: 1 });
    expect(tasksOf(ada).breakers).toEqual([]);
    expect(errors).toHaveLength(4);
    await leaveNothing(network, swarms);
  });
});

describe("a lease", () => {
  it("is kept by an executor at work for as long as it works", async () => {
    const { network, swarms, hosts, ada, bob } = await couple();
    const { contexts, run } = sleeper(hosts[1], 100_000);
    bob.tasks.handle(echo, run);
    await announced(network);
    const outcome = await inTime(
      network,
      ada.tasks.delegate(echo, "x", { timeoutMs: 200_000 }),
      200_000,
      1000,
    );
    expect(outcome).toMatchObject({ ok: true, attempts: 1 });
    expect(contexts).toHaveLength(1);
    await leaveNothing(network, swarms);
  });

  it("is lost by a peer that crashes: the task goes to another", async () => {
    const { network, swarms, hosts, ada, bob, eve } = await three();
    const ran: string[] = [];
    for (const [swarm, host] of [
      [bob, hosts[1]],
      [eve, hosts[2]],
    ] as const) {
      const { run } = sleeper(host, 5000);
      swarm.tasks.handle(echo, (input, context) => {
        ran.push(idOf(swarm));
        return run(input, context);
      });
    }
    await announced(network);
    const task = ada.tasks.delegate(echo, "x");
    await network.settle();
    const first = ran[0] === idOf(bob) ? hosts[1] : hosts[2];
    first.crash();
    const outcome = await inTime(network, task);
    expect(outcome).toMatchObject({ ok: true, output: "x", attempts: 2, by: { peerId: ran[1] } });
    expect(new Set(ran).size).toBe(2);
    expect(taskOf(ada)?.attempt).toBe(2);
    await leaveNothing(
      network,
      swarms.filter((_, index) => !hosts[index]?.isCrashed),
    );
  });

  it("is lost by a peer that stalls; what it says when it wakes is dropped, counted, and it is told to stop", async () => {
    const { network, swarms, hosts, ada, bob, eve } = await three();
    const { contexts, run } = sleeper(hosts[1], 20_000);
    bob.tasks.handle(echo, async (input, context) => {
      await context.write("stdout", "from bob");
      return run(input, context);
    });
    await announced(network);
    const outputs: TaskOutput[] = [];
    const task = ada.tasks.delegate(echo, "x", { onOutput: (output) => outputs.push(output) });
    await network.settle();
    hosts[1].sleep();
    eve.tasks.handle(echo, async (input, { write }) => {
      await write("stdout", "from eve");
      return `eve ${input}`;
    });
    const outcome = await inTime(network, task);
    expect(outcome).toMatchObject({ ok: true, output: "eve x", attempts: 2 });
    expect(
      outputs.map((output) => (output.kind === "chunk" ? output.chunk : `restarted ${output.attempt}`)),
    ).toEqual(["from bob", "restarted 2", "from eve"]);
    hosts[1].wake();
    await network.settle();
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(taskOf(ada)).toMatchObject({ state: "done", attempt: 2, peerId: idOf(eve) });
    expect(dropped(ada)).toEqual({ "task-fenced": expect.any(Number) });
    await network.advance(20_000);
    await leaveNothing(network, swarms);
  });

  it("of a delegator that sleeps is not lost when it wakes to what came meanwhile", async () => {
    const { network, swarms, hosts, ada, bob } = await couple();
    const { contexts, run } = sleeper(hosts[1], 22_000);
    bob.tasks.handle(echo, run);
    await announced(network);
    const task = ada.tasks.delegate(echo, "x");
    await network.settle();
    hosts[0].sleep();
    await network.advance(20_000);
    hosts[0].wake();
    expect(await inTime(network, task)).toMatchObject({ ok: true });
    expect(contexts).toHaveLength(1);
    await leaveNothing(network, swarms);
  });

  it("outlives a link that is replaced: what was lost is said again, in order, and done once", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const host = network.host("bob");
    const transport = fragileTransport(host);
    const bob = createSwarm({ identity: "session", transport, runtime: host.runtime });
    const ada = network.swarm();
    const swarms = [ada, bob];
    await gather(network, swarms);
    let runs = 0;
    bob.tasks.handle(echo, async (input, { write }) => {
      runs++;
      for (let n = 0; n < 60; n++) {
        await write("stdout", `${n} `);
        await new Promise<void>((resolve) => host.runtime.clock.setTimer(1000, resolve));
      }
      return input;
    });
    await announced(network);
    let text = "";
    const task = ada.tasks.delegate(echo, "x", {
      timeoutMs: 200_000,
      onOutput: (output) => {
        text += output.kind === "chunk" ? output.chunk : "restarted";
      },
    });
    await network.settle();
    const linkId = connectedPeers(ada)[0]?.linkId;
    transport.failLinks();
    expect(await inTime(network, task, 200_000)).toMatchObject({ ok: true, attempts: 1 });
    expect(connectedPeers(ada)[0]?.linkId).not.toBe(linkId);
    expect(text).toBe(Array.from({ length: 60 }, (_, n) => `${n} `).join(""));
    expect(runs).toBe(1);
    await leaveNothing(network, swarms);
  });

  it("outlives messages that are lost on the way, in either direction: output and result are sent again", async () => {
    for (const loser of [0, 1] as const) {
      const { network, swarms, hosts, ada, bob } = await couple();
      let runs = 0;
      bob.tasks.handle(echo, async (input, { write }) => {
        runs++;
        for (let n = 0; n < 10; n++) {
          await write("stdout", `${n} `);
          await new Promise<void>((resolve) => hosts[1].runtime.clock.setTimer(100, resolve));
        }
        return input;
      });
      await announced(network);
      let text = "";
      const task = ada.tasks.delegate(echo, "x", {
        onOutput: (output) => {
          text += output.kind === "chunk" ? output.chunk : "restarted";
        },
      });
      await network.advance(350);
      hosts[loser].tamper = (message, lane) => (lane === "control" ? undefined : message);
      await network.advance(loser === 0 ? 2000 : 400);
      hosts[loser].tamper = undefined;
      expect(await inTime(network, task)).toMatchObject({ ok: true, attempts: 1 });
      expect(text).toBe("0 1 2 3 4 5 6 7 8 9 ");
      expect(runs).toBe(1);
      await leaveNothing(network, swarms);
    }
  });

  it("that is lost for a while comes back to the same run, where nobody else can do it", async () => {
    const { network, swarms, hosts, ada, bob } = await couple();
    const { contexts, run } = sleeper(hosts[1], 40_000);
    bob.tasks.handle(echo, async (input, context) => {
      await context.write("stdout", "begun");
      return run(input, context);
    });
    await announced(network);
    const outputs: TaskOutput[] = [];
    const task = ada.tasks.delegate(echo, "x", {
      timeoutMs: 120_000,
      onOutput: (output) => outputs.push(output),
    });
    await network.settle();
    network.partition([hosts[0]], [hosts[1]]);
    await network.advance(18_000);
    network.heal();
    const outcome = await inTime(network, task, 120_000);
    expect(outcome).toMatchObject({ ok: true, attempts: 2 });
    expect(contexts).toHaveLength(1);
    expect(outputs.map(({ kind, attempt }) => [kind, attempt])).toEqual([
      ["chunk", 1],
      ["restarted", 2],
      ["chunk", 2],
    ]);
    await leaveNothing(network, swarms);
  });

  it("that another session of its agent takes over has the time that this one gives it", async () => {
    const { network, hosts, swarms, bob } = await couple();
    const identity = await createIdentity();
    const again = network.swarm({ identity });
    const first = network.swarm({ identity });
    const { contexts, run } = sleeper(hosts[1], 25_000);
    bob.tasks.handle(echo, run);
    await Promise.all([inTime(network, first.join()), inTime(network, again.join())]);
    await until(network, () => [first, again].every((swarm) => connectedPeers(swarm).length >= 2));
    await announced(network);
    const options = { id: "long", timeoutMs: 20_000, retries: 0, among: [idOf(bob)] };
    void first.tasks.delegate(echo, "x", options);
    await network.advance(10_000);
    const task = again.tasks.delegate(echo, "x", options);
    expect(await inTime(network, task)).toMatchObject({ ok: true, output: "x", attempts: 1 });
    expect(contexts).toHaveLength(1);
    await leaveNothing(network, [...swarms, first, again]);
  });

  it("with the same id, type and input is answered from memory, after a reload too; another input is a conflict", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const identity = await createIdentity();
    const bob = network.swarm();
    let runs = 0;
    bob.tasks.handle(echo, async (input, { write }) => {
      runs++;
      await write("stdout", "said");
      return `${input} ${runs}`;
    });
    const delegate = async (input: string) => {
      const ada = network.host("ada").swarm({ identity });
      await inTime(network, ada.join());
      await until(network, () => connectedPeers(ada).length === 1);
      await announced(network);
      let text = "";
      const outcome = await inTime(
        network,
        ada.tasks.delegate(echo, input, {
          id: "once",
          onOutput: (output) => {
            text += output.kind === "chunk" ? output.chunk : "";
          },
        }),
      );
      await inTime(network, ada.leave());
      return [outcome.ok ? outcome.output : outcome.error.code, text];
    };
    await inTime(network, bob.join());
    expect(await delegate("x")).toEqual(["x 1", "said"]);
    expect(await delegate("x")).toEqual(["x 1", "said"]);
    expect(await delegate("y")).toEqual(["task-refused", ""]);
    expect(runs).toBe(1);
    await leaveNothing(network, [bob]);
  });
});

describe("policy for work from others", () => {
  const risky = defineTask("risky", { input: v.string(), output: v.string(), risk: "high" });

  it("asks a person where the risk is high, who allows or refuses", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.tasks.handle(risky, (input) => input);
    await announced(network);
    const wanted: ApprovalRequest[] = record(bob, "task-approval-wanted");
    const allowed = ada.tasks.delegate(risky, "a");
    await network.advance(20_000);
    expect(taskOf(ada)?.state).toBe("approval");
    expect(tasksOf(bob).approvals).toEqual(wanted);
    expect(wanted).toMatchObject([
      { taskId: allowed.id, type: "risky", input: "a", risk: "high", from: { agentId: agentOf(ada) } },
    ]);
    bob.tasks.approve(wanted[0]!.id);
    expect(await inTime(network, allowed)).toMatchObject({ ok: true, output: "a" });
    expect(tasksOf(bob).approvals).toEqual([]);
    const refused = ada.tasks.delegate(risky, "b");
    await network.settle();
    bob.tasks.refuse(wanted[1]!.id, "Not while I watch.");
    const { error } = failureOf(await inTime(network, refused));
    expect(error.code).toBe("task-refused");
    expect(error.message).toContain("Not while I watch.");
    expect(taskOf(bob)?.state).toBe("refused");
    await leaveNothing(network, swarms);
  });

  it("refuses what nobody decides within a minute, and forgets what is cancelled", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.tasks.handle(risky, (input) => input);
    await announced(network);
    const idle = network.pendingTimers;
    const task = ada.tasks.delegate(risky, "a", { timeoutMs: 120_000 });
    const seen = watch(task);
    await network.advance(59_000);
    expect(seen()).toBeUndefined();
    await network.advance(2000);
    expect(failureOf(await task).error.code).toBe("task-refused");
    const cancelled = ada.tasks.delegate(risky, "b");
    await network.settle();
    expect(tasksOf(bob).approvals).toHaveLength(1);
    ada.tasks.cancel(cancelled.id);
    await network.advance(300);
    expect(tasksOf(bob).approvals).toEqual([]);
    expect(network.pendingTimers).toBe(idle);
    await leaveNothing(network, swarms);
  });

  it("takes a decision that is made while it asks, and asks no more", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.tasks.handle(risky, (input) => input);
    bob.events.on("task-approval-wanted", ({ id }) => bob.tasks.approve(id));
    await announced(network);
    expect(await inTime(network, ada.tasks.delegate(risky, "a"))).toMatchObject({ ok: true, output: "a" });
    expect(tasksOf(bob).approvals).toEqual([]);
    await leaveNothing(network, swarms);
  });

  it("counts the risk of the executor's own definition, whatever the delegator's says", async () => {
    const { network, swarms, ada, bob } = await couple();
    const claimed = defineTask("risky", { input: v.string(), output: v.string(), risk: "low" });
    bob.tasks.handle(risky, (input) => input);
    await announced(network);
    void ada.tasks.delegate(claimed, "a");
    await network.settle();
    expect(tasksOf(bob).approvals).toMatchObject([{ risk: "high" }]);
    await leaveNothing(network, swarms);
  });

  it("screens what comes, which can only raise the risk", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.tasks.configure({
      policy: { screen: ({ input }) => (String(input).includes("eval") ? "high" : "low") },
    });
    bob.tasks.handle(echo, (input) => input);
    bob.tasks.handle(risky, (input) => input);
    await announced(network);
    expect(await inTime(network, ada.tasks.delegate(echo, "1 + 1"))).toMatchObject({ ok: true });
    void ada.tasks.delegate(echo, "eval(1)");
    void ada.tasks.delegate(risky, "nothing");
    await network.settle();
    expect(tasksOf(bob).approvals.map(({ type, risk }) => [type, risk])).toEqual([
      ["echo", "high"],
      ["risky", "high"],
    ]);
    await leaveNothing(network, swarms);
  });

  it("takes listed agents and types only, and what approve says; one that throws refuses", async () => {
    const { network, swarms, ada, bob, eve } = await three();
    const errors = record(bob, "error");
    bob.tasks.handle(echo, (input) => input);
    await announced(network);
    const code = async (from: Swarm, input = "x") => {
      const outcome = await inTime(network, from.tasks.delegate(echo, input, { timeoutMs: 10_000 }));
      return outcome.ok ? "done" : outcome.error.code;
    };
    bob.tasks.configure({ policy: { agents: [agentOf(ada)] } });
    expect([await code(ada), await code(eve)]).toEqual(["done", "task-refused"]);
    bob.tasks.configure({ policy: { types: ["other"] } });
    expect(await code(ada)).toBe("task-refused");
    bob.tasks.configure({ policy: { approve: async ({ input }) => (input === "no" ? "refuse" : "allow") } });
    expect([await code(ada), await code(ada, "no")]).toEqual(["done", "task-refused"]);
    bob.tasks.configure({
      policy: {
        approve: () => {
          throw new Error("broken policy");
        },
      },
    });
    expect(await code(ada)).toBe("task-refused");
    expect(errors).toHaveLength(1);
    bob.mute(agentOf(eve));
    bob.tasks.configure({ policy: {} });
    expect(await code(eve)).toBe("task-refused");
    await leaveNothing(network, swarms);
    expectNothingLeft(network);
  });
});
