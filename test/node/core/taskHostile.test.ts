import fc from "fast-check";
import { defineTask, type Swarm, type TaskOutcome, type TasksView } from "peerswarm";
import { memoryNetwork, type ScriptedPeer, scriptedPeer } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  allows,
  type Breaker,
  begun,
  breakerState,
  CLOSED,
  failed,
  MAX_OPEN_MS,
  OPEN_MS,
  released,
} from "../../../src/core/tasks/breaker.js";
import { choosePeer } from "../../../src/core/tasks/choice.js";
import { createOutputLog, OUTPUT_WINDOW_BYTES } from "../../../src/core/tasks/outputLog.js";
import {
  connectedPeers,
  dropped,
  idOf,
  inTime,
  leaveNothing,
  record,
  tabs,
  until,
  watch,
} from "./support.js";

const echo = defineTask("echo", { input: v.string(), output: v.string() });
const profile = { name: null, capabilities: ["task:echo"], goals: [], region: null, knowledgeHeads: [] };

type Said = [type: string, payload: Record<string, unknown>];

/** Two swarms, and a peer that claims to do tasks and says only what a test has it say. */
async function withScripted(answer: (said: Said, peer: ScriptedPeer) => void = () => undefined) {
  const network = memoryNetwork({ latencyMs: 10 });
  const heard: Said[] = [];
  const joined = scriptedPeer(network.host("scripted"), {
    profile,
    onMessage({ content }, self) {
      if (!content.type.startsWith("swarm/task")) return;
      const said: Said = [content.type.slice("swarm/".length), content.payload as Said[1]];
      heard.push(said);
      answer(said, self);
    },
  });
  const scripted = await inTime(network, joined);
  const { swarms } = tabs(network, 1);
  const [ada] = swarms as [Swarm];
  await inTime(network, ada.join());
  await until(network, () => connectedPeers(ada)[0]?.profile.capabilities.length === 1);
  const say = async (type: string, payload: unknown) => {
    scripted.broadcast(`swarm/${type}`, payload);
    await network.settle();
  };
  const of = (type: string) => heard.filter(([its]) => its === type).map(([, payload]) => payload);
  return { network, ada, scripted, say, of };
}

async function end({ network, ada, scripted }: Awaited<ReturnType<typeof withScripted>>): Promise<void> {
  scripted.leave();
  await leaveNothing(network, [ada]);
}

const tasksOf = (swarm: Swarm): TasksView => swarm.store.getSnapshot().tasks;

function codeOf(outcome: TaskOutcome): string {
  return outcome.ok ? "done" : outcome.error.code;
}

describe("an executor that does not play by the rules", () => {
  it("cannot bring an outcome after its lease, of another attempt, or of a task that it has not", async () => {
    const world = await withScripted();
    const { network, ada, say, of, scripted } = world;
    const bob = network.swarm();
    await inTime(network, bob.join());
    await until(network, () => connectedPeers(ada).length === 2);
    const task = ada.tasks.delegate(echo, "x", { id: "one" });
    await network.settle();
    const seen = watch(task);
    await say("task-result", { id: "one", attempt: 2, sequence: 1, output: "forged" });
    await say("task-result", { id: "other", attempt: 1, sequence: 1, output: "forged" });
    await say("task-result", { id: "one", attempt: 1, sequence: 2, output: "too early" });
    expect(seen()).toBeUndefined();
    bob.tasks.handle(echo, (input) => `bob ${input}`);
    expect(await inTime(network, task)).toMatchObject({ ok: true, output: "bob x", attempts: 2 });
    expect(of("task-cancel")).toContainEqual({ id: "one", attempt: 1 });
    await say("task-result", { id: "one", attempt: 1, sequence: 1, output: "late" });
    await say("task-output", { id: "one", attempt: 1, sequence: 1, stream: "stdout", chunk: "late" });
    await say("task-beat", { id: "one", attempt: 1, beat: 9, state: "running", progress: 1, note: null });
    await say("task-refusal", { id: "one", attempt: 1, reason: "busy", text: "" });
    expect(dropped(ada)["task-fenced"]).toBe(6);
    expect(tasksOf(ada).list.at(-1)).toMatchObject({ state: "done", peerId: idOf(bob), progress: undefined });
    expect(tasksOf(ada).breakers).toMatchObject([{ agentId: scripted.agentId, failures: 1 }]);
    scripted.leave();
    await leaveNothing(network, [ada, bob]);
  });

  it("is not asked again where it refuses for good, and within the time where it is always busy", async () => {
    let reason = "policy";
    const world = await withScripted(([type, { id, attempt }], peer) => {
      if (type === "task-assign") peer.broadcast("swarm/task-refusal", { id, attempt, reason, text: "No." });
    });
    const { network, ada, of } = world;
    expect(codeOf(await inTime(network, ada.tasks.delegate(echo, "x")))).toBe("task-refused");
    expect(of("task-assign")).toHaveLength(1);
    reason = "busy";
    const busy = await inTime(network, ada.tasks.delegate(echo, "x", { timeoutMs: 20_000 }));
    expect(codeOf(busy)).toBe("task-timeout");
    // With back-off: not as often as it answers.
    expect(of("task-assign").length).toBeLessThan(20);
    await end(world);
  });

  it("keeps a task only as long as it answers, and a beat is no proof for another task", async () => {
    const world = await withScripted(([type, { id, attempt }], peer) => {
      if (type === "task-assign")
        peer.broadcast("swarm/task-beat", {
          id,
          attempt,
          beat: 1,
          state: "queued",
          progress: null,
          note: null,
        });
    });
    const { network, ada } = world;
    const task = ada.tasks.delegate(echo, "x", { retries: 0 });
    const seen = watch(task);
    await network.advance(14_000);
    expect(seen()).toBeUndefined();
    expect(tasksOf(ada).list.at(-1)?.state).toBe("queued");
    await network.advance(2000);
    expect(codeOf(await task)).toBe("lease-lost");
    await end(world);
  });
});

describe("an executor that never ends a task", () => {
  it("is skipped in the end, though it shows all the time that it lives", async () => {
    const world = await withScripted(([type, { id, attempt }], peer) => {
      if (type !== "task-assign" && type !== "task-ack") return;
      const said = { state: "running", progress: null, note: null };
      const next = () => peer.broadcast("swarm/task-beat", { id, attempt, beat: 1, ...said });
      network.host().runtime.clock.setTimer(1000, next);
    });
    const { network, ada, scripted } = world;
    for (let n = 0; n < 3; n++)
      expect(codeOf(await inTime(network, ada.tasks.delegate(echo, "x", { timeoutMs: 20_000 })))).toBe(
        "task-timeout",
      );
    expect(tasksOf(ada).breakers).toMatchObject([{ agentId: scripted.agentId, state: "open" }]);
    await network.advance(1000);
    await end(world);
  });
});

describe("a delegator that does not play by the rules", () => {
  const assign = (id: string, more: object = {}) => ({
    id,
    attempt: 1,
    type: "echo",
    timeoutMs: 60_000,
    input: "x",
    ...more,
  });

  it("gets no more than the slots and half of the queue, is told so, and is done with what it took when it goes", async () => {
    const world = await withScripted();
    const { network, ada, say, of, scripted } = world;
    const signals: AbortSignal[] = [];
    ada.tasks.configure({ slots: 2, maxQueued: 6 });
    ada.tasks.handle(echo, (_, { signal }) => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    for (let n = 0; n < 50; n++) await say("task-assign", assign(`task-${n}`));
    expect(tasksOf(ada)).toMatchObject({ busy: 2, queued: 3, counts: { active: 5 } });
    expect(of("task-refusal")).toHaveLength(45);
    expect(of("task-refusal")[0]).toMatchObject({ reason: "busy" });
    scripted.leave();
    await until(network, () => connectedPeers(ada).length === 0);
    await until(network, () => tasksOf(ada).counts.active === 0);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    await leaveNothing(network, [ada]);
  });

  it("leaves room in the queue for others, who have their turn as soon as a slot is free", async () => {
    const world = await withScripted();
    const { network, ada, say, scripted } = world;
    const bob = network.swarm();
    await inTime(network, bob.join());
    await until(network, () => connectedPeers(ada).length === 2);
    const order: string[] = [];
    ada.tasks.configure({ slots: 1, maxQueued: 4 });
    const ends: (() => void)[] = [];
    ada.tasks.handle(echo, (input) => {
      order.push(input);
      return new Promise((resolve) => ends.push(() => resolve(input)));
    });
    await network.advance(50);
    for (let n = 0; n < 20; n++) await say("task-assign", assign(`task-${n}`, { input: `greedy ${n}` }));
    const task = bob.tasks.delegate(echo, "bob", { among: [idOf(ada)] });
    await network.advance(50);
    expect(tasksOf(bob).list.at(-1)?.state).toBe("queued");
    for (let n = 0; n < 3; n++) {
      ends[n]?.();
      await network.settle();
    }
    expect(order).toEqual(["greedy 0", "greedy 1", "bob", "greedy 2"]);
    ends[3]?.();
    expect(await inTime(network, task)).toMatchObject({ ok: true, output: "bob" });
    scripted.leave();
    await leaveNothing(network, [ada, bob]);
  });

  it("has no place in the queue for what the schema refuses, and no more than 64 results unacknowledged", async () => {
    const world = await withScripted();
    const { network, ada, say, of } = world;
    ada.tasks.handle(echo, (input) => input);
    const day = 24 * 60 * 60 * 1000;
    for (let n = 0; n < 100; n++) await say("task-assign", assign(`bad-${n}`, { input: 5, timeoutMs: day }));
    expect(tasksOf(ada)).toMatchObject({ busy: 0, queued: 0, counts: { failed: 64 } });
    expect(of("task-refusal")).toHaveLength(36);
    await network.advance(40_000);
    await say("task-assign", assign("good", { timeoutMs: day }));
    expect(of("task-result").at(-1)).toMatchObject({ id: "good", output: "x" });
    await end(world);
  });

  it("gets what was lost once for each beat, however often it asks", async () => {
    const world = await withScripted();
    const { network, ada, say, of } = world;
    ada.tasks.handle(echo, async (input, { write, signal }) => {
      for (let n = 0; n < 5; n++) void write("result", new Uint8Array(40_000));
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(input)));
    });
    await say("task-assign", assign("one"));
    await network.advance(6000);
    expect(of("task-output")).toHaveLength(5);
    const beat = of("task-beat").at(-1)?.beat;
    for (let n = 0; n < 10; n++) await say("task-ack", { id: "one", attempt: 1, received: 0, beat });
    expect(of("task-output")).toHaveLength(10);
    await end(world);
  });

  it("that brings tasks in thousands, and gives each up, is held back to so many a second", async () => {
    const world = await withScripted();
    const { network, ada, of, scripted } = world;
    ada.tasks.handle(echo, (input) => input);
    for (let n = 0; n < 1000; n++) {
      scripted.broadcast("swarm/task-assign", assign(`task-${n}`));
      scripted.broadcast("swarm/task-cancel", { id: `task-${n}`, attempt: 1 });
    }
    await network.settle();
    const { handled } = tasksOf(ada).counts;
    expect(handled).toBeGreaterThanOrEqual(256);
    expect(handled).toBeLessThan(300);
    expect(dropped(ada)["tasks-exceeded"]).toBe(1000 - handled);
    expect(of("task-refusal").every(({ reason }) => reason === "busy")).toBe(true);
    await network.advance(1000);
    scripted.broadcast("swarm/task-assign", assign("later"));
    await network.settle();
    expect(of("task-result").at(-1)).toMatchObject({ id: "later", output: "x" });
    await end(world);
  });

  it("cannot have a task run twice, go back to an older attempt, or change it under its id", async () => {
    const world = await withScripted();
    const { ada, say, of } = world;
    let runs = 0;
    ada.tasks.handle(echo, async (input, { write }) => {
      runs++;
      await write("stdout", "said");
      return input;
    });
    await say("task-assign", assign("one", { attempt: 2 }));
    for (let n = 0; n < 5; n++) await say("task-assign", assign("one", { attempt: 2 }));
    expect(runs).toBe(1);
    await say("task-assign", assign("one", { attempt: 1 }));
    expect(dropped(ada)["task-fenced"]).toBe(1);
    await say("task-assign", assign("one", { attempt: 3, input: "other" }));
    expect(of("task-refusal")).toMatchObject([{ attempt: 3, reason: "conflict" }]);
    await say("task-assign", assign("one", { attempt: 3 }));
    expect(of("task-result").at(-1)).toEqual({ id: "one", attempt: 3, sequence: 2, output: "x" });
    await say("task-ack", { id: "one", attempt: 3, received: 2, beat: null });
    await say("task-assign", assign("one", { attempt: 4 }));
    expect(of("task-result").at(-1)).toMatchObject({ attempt: 4, output: "x" });
    expect(runs).toBe(1);
    await say("task-cancel", { id: "one", attempt: 4 });
    expect(of("task-cancelled")).toEqual([{ id: "one", attempt: 4 }]);
    await end(world);
  });

  it("hears that nobody handles a type, also where it is muted; a name that means something is a name", async () => {
    const world = await withScripted();
    const { network, ada, say, of, scripted } = world;
    ada.tasks.handle(echo, (input) => input);
    await say("task-assign", assign("a", { type: "__proto__" }));
    await say("task-assign", assign("__proto__"));
    await say("task-assign", assign("constructor"));
    expect(of("task-result").map(({ id }) => id)).toEqual(["__proto__", "constructor"]);
    const log = await inTime(network, ada.witness.export());
    expect(log).toMatch(
      /"kind":"task_refused","detail":\{"task":"a","type":"__proto__".*"by":"unknown-type"/,
    );
    ada.mute(scripted.agentId);
    await say("task-assign", assign("b"));
    expect(of("task-refusal")).toMatchObject([
      { id: "a", reason: "unknown-type" },
      { id: "b", reason: "unknown-type" },
    ]);
    await say("task-ack", { id: "constructor", attempt: 1, received: 1, beat: null });
    await say("task-assign", assign("constructor", { attempt: 2 }));
    expect(of("task-result")).toHaveLength(2);
    expect(of("task-refusal").at(-1)).toMatchObject({
      id: "constructor",
      attempt: 2,
      reason: "unknown-type",
    });
    await end(world);
  });

  it("that never acknowledges is dropped after half a minute, and costs one window of output", async () => {
    const world = await withScripted();
    const { network, ada, say, of } = world;
    let signal: AbortSignal | undefined;
    let written = 0;
    ada.tasks.handle(echo, async (input, context) => {
      signal = context.signal;
      for (; written < 100; written++) await context.write("result", new Uint8Array(40_000));
      return input;
    });
    await say("task-assign", assign("one"));
    await network.advance(1000);
    expect(written).toBeLessThan(30);
    expect(of("task-output").length * 40_000).toBeLessThanOrEqual(OUTPUT_WINDOW_BYTES);
    await network.advance(40_000);
    expect(signal?.reason).toMatchObject({ code: "lease-lost" });
    expect(tasksOf(ada)).toMatchObject({ busy: 0, queued: 0, counts: { active: 0, cancelled: 1 } });
    await end(world);
  });
});

describe("anything that is said of tasks", () => {
  const names = [
    "assign",
    "beat",
    "output",
    "result",
    "refusal",
    "ack",
    "cancel",
    "cancelled",
    "watch",
    "load",
  ];
  const likely = fc.record(
    {
      id: fc.constantFrom("one", "two", "", "x".repeat(65)),
      attempt: fc.constantFrom(0, 1, 2, 1.5, -1),
      type: fc.constantFrom("echo", "other"),
      timeoutMs: fc.constantFrom(0, 1000, -1),
      input: fc.constantFrom("x", 5, null, { a: [1] }),
      beat: fc.constantFrom(1, 2, null),
      state: fc.constantFrom("running", "done"),
      progress: fc.constantFrom(null, 0.5, 2),
      note: fc.constantFrom(null, "note"),
      sequence: fc.constantFrom(1, 2, 3),
      stream: fc.constantFrom("stdout", "other"),
      chunk: fc.constantFrom("text", "", 5),
      output: fc.constantFrom("text", 5),
      failure: fc.constantFrom({ reason: "failed", text: "" }, {}),
      reason: fc.constantFrom("busy", "policy", "other"),
      text: fc.string(),
      received: fc.constantFrom(0, 1, 1e9),
      slots: fc.constantFrom(0, 1, 64, 1e9),
      busy: fc.constantFrom(0, 1),
      queued: fc.constantFrom(0, 1),
      maxQueued: fc.constantFrom(0, 1),
    },
    { requiredKeys: [] },
  );
  // What a message of a type has, of whatever value: strict schemas would refuse nearly everything else.
  const fields: Record<string, readonly string[]> = {
    assign: ["id", "attempt", "type", "timeoutMs", "input"],
    beat: ["id", "attempt", "beat", "state", "progress", "note"],
    output: ["id", "attempt", "sequence", "stream", "chunk"],
    result: ["id", "attempt", "sequence", "output"],
    refusal: ["id", "attempt", "reason", "text"],
    ack: ["id", "attempt", "received", "beat"],
    cancel: ["id", "attempt"],
    cancelled: ["id", "attempt"],
    watch: [],
    load: ["slots", "busy", "queued", "maxQueued"],
  };
  const pick = (name: string, payload: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(payload).filter(([key]) => fields[name]?.includes(key)));

  it("changes nothing but counters and the speaker's own tasks, and breaks nothing", async () => {
    const message = fc.tuple(
      fc.constantFrom(...names),
      fc.oneof(
        { weight: 5, arbitrary: likely },
        { weight: 1, arbitrary: fc.constantFrom(null, 5, "x", [], {}, [1]) },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 60, size: "max" }), async (messages) => {
        const world = await withScripted();
        const { network, ada, scripted } = world;
        const { swarms } = tabs(network, 1);
        const [bob] = swarms as [Swarm];
        const errors = [record(ada, "error"), record(bob, "error")];
        ada.tasks.handle(echo, (input) => input);
        await inTime(network, bob.join());
        await until(network, () => connectedPeers(ada).length === 2 && connectedPeers(bob).length === 2);
        void ada.tasks.delegate(echo, "x", { id: "one" });
        await network.settle();
        for (const [name, payload] of messages) {
          const isRecord = typeof payload === "object" && payload !== null && !Array.isArray(payload);
          scripted.broadcast(
            `swarm/task-${name}`,
            isRecord ? pick(name, payload as Record<string, unknown>) : payload,
          );
        }
        await network.advance(100);
        const among = [idOf(ada)];
        const outcome = await inTime(network, bob.tasks.delegate(echo, "y", { among }));
        expect(outcome).toMatchObject({ ok: true, output: "y" });
        expect(errors.flat()).toEqual([]);
        scripted.leave();
        await leaveNothing(network, [ada, bob]);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the breaker", () => {
  it("opens, half-opens for one trial at a time, closes with a success, and stays open longer each time", () => {
    let breaker: Breaker = CLOSED;
    const fail = (atMs: number): void => {
      breaker = failed(breaker, atMs);
    };
    fail(0);
    fail(1);
    expect([breakerState(breaker, 1), allows(breaker, 1)]).toEqual(["closed", true]);
    fail(2);
    expect([breakerState(breaker, 3), allows(breaker, 3)]).toEqual(["open", false]);
    // What began before does not prolong it.
    fail(1000);
    expect(breakerState(breaker, 2 + OPEN_MS)).toBe("half-open");
    breaker = begun(breaker, 2 + OPEN_MS);
    expect(allows(breaker, 2 + OPEN_MS)).toBe(false);
    breaker = released(breaker);
    expect(allows(breaker, 2 + OPEN_MS)).toBe(true);
    breaker = begun(breaker, 2 + OPEN_MS);
    fail(2 + OPEN_MS);
    expect(breakerState(breaker, 2 + 2 * OPEN_MS)).toBe("open");
    expect(breakerState(breaker, 2 + 3 * OPEN_MS)).toBe("half-open");
    for (let n = 0; n < 10; n++) fail((breaker.retryAtMs ?? 0) + 1);
    expect(breaker.openMs).toBe(MAX_OPEN_MS);
  });
});

describe("the choice", () => {
  const peer = {
    load: { slots: 2, busy: 0, queued: 0, maxQueued: 16 },
    given: 0,
    roundTripMs: 20,
    isSameRegion: undefined,
    failures: 0,
    failedHere: 0,
  };
  const chosen = (...others: Partial<typeof peer>[]): string | undefined =>
    choosePeer(
      others.map((other, index) => ({ ...peer, ...other, peerId: `${index}`, agentId: `agent-${index}` })),
      () => 0.5,
    )?.peerId;

  it.each([
    ["the one with a free slot", [{ load: { ...peer.load, busy: 2 } }, { roundTripMs: 900 }], "1"],
    [
      "the shorter queue",
      [{ load: { ...peer.load, busy: 2, queued: 4 } }, { load: { ...peer.load, busy: 2 } }],
      "1",
    ],
    ["the one that we gave less, whatever they say", [{ given: 5 }, { given: 1 }], "1"],
    ["the nearer", [{ roundTripMs: 200 }, { roundTripMs: 20 }], "1"],
    ["the one that did not fail", [{ failures: 1 }, { roundTripMs: 900 }], "1"],
    ["any that did not fail at this task", [{ failedHere: 1 }, { failures: 3, roundTripMs: 900 }], "1"],
    [
      "not the one that boasts",
      [{ load: { slots: 64, busy: 0, queued: 0, maxQueued: 16 }, given: 17 }, { given: 1 }],
      "1",
    ],
  ] as const)("falls on %s", (_, peers, expected) => {
    expect(chosen(...(peers as readonly Partial<typeof peer>[]))).toBe(expected);
  });
});

describe("the log of outputs", () => {
  it("brings everything in order over a way that loses, and never has more than a window on it", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("write"), length: fc.integer({ min: 1, max: 200_000 }) }),
      fc.record({ kind: fc.constant("lose"), length: fc.nat(3) }),
      fc.record({ kind: fc.constant("acknowledge"), length: fc.constant(0) }),
      fc.record({ kind: fc.constant("resend"), length: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let text = "";
        let got = "";
        let received = 0;
        let losing = 0;
        const log = createOutputLog((sequence, item) => {
          if (losing > 0) losing--;
          else if (sequence === received + 1 && item.kind === "chunk") {
            received = sequence;
            got += item.chunk;
          }
          return true;
        });
        let open = 0;
        for (const { kind, length } of steps) {
          if (kind === "lose") losing = length;
          if (kind === "acknowledge") log.acknowledge(received);
          if (kind === "resend") log.resend();
          if (kind !== "write" || open > 5) continue;
          open++;
          const chunk = String.fromCodePoint(0x1f600 + (open % 50)).repeat(Math.ceil(length / 2));
          text += chunk;
          void log.write("stdout", chunk);
        }
        losing = 0;
        for (let n = 0; n < 100 && !log.isAcknowledged; n++) {
          log.resend();
          log.acknowledge(received);
        }
        expect(got === text).toBe(true);
        expect(log.isAcknowledged).toBe(true);
        expect(got).not.toMatch(/^[\udc00-\udfff]/);
      }),
    );
  });
});
