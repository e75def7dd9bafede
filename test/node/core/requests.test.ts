import { getEventListeners } from "node:events";
import fc from "fast-check";
import {
  createSwarm,
  defineRequest,
  MAX_OPEN_REQUESTS,
  type RequestInfo,
  type Swarm,
  SwarmError,
} from "peerswarm";
import { type MemoryHost, memoryNetwork, type ScriptedPeer, scriptedPeer } from "peerswarm/testing";
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
  leaveAll,
  leaveNothing,
  record,
  tabs,
  until,
  watch,
} from "./support.js";

type Two<T> = [T, T];

const sum = defineRequest("sum", { input: v.array(v.number()), output: v.number() });

async function couple() {
  const network = memoryNetwork({ latencyMs: 10 });
  const { hosts, swarms } = tabs(network, 2);
  await gather(network, swarms);
  const [ada, bob] = swarms as Two<Swarm>;
  return { network, hosts: hosts as Two<MemoryHost>, swarms, ada, bob };
}

/** A swarm and a peer that does only what `onMessage` says. */
async function withScripted(
  onMessage: (type: string, payload: Record<string, unknown>, peer: ScriptedPeer) => void,
) {
  const network = memoryNetwork({ latencyMs: 10 });
  const peer = scriptedPeer(network.host("scripted"), {
    onMessage: ({ content }, self) => onMessage(content.type, content.payload as never, self),
  });
  const scripted = await inTime(network, peer);
  const ada = network.swarm();
  await inTime(network, ada.join());
  await until(network, () => connectedPeers(ada).length === 1);
  return { network, ada, scripted };
}

async function errorOf(promise: Promise<unknown>): Promise<SwarmError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SwarmError) return error;
    throw error;
  }
  throw new Error("It was fulfilled.");
}

describe("a request", () => {
  it("is answered with what the handler returns, typed on both ends", async () => {
    const { network, swarms, ada, bob } = await couple();
    let info: RequestInfo | undefined;
    bob.handle(sum, (numbers, its) => {
      expectTypeOf(numbers).toEqualTypeOf<number[]>();
      info = its;
      return numbers.reduce((total, number) => total + number, 0);
    });
    const answer = ada.request(idOf(bob), sum, [1, 2, 3]);
    expectTypeOf(answer).toEqualTypeOf<Promise<number>>();
    expect(await inTime(network, answer)).toBe(6);
    expect(info).toMatchObject({ type: "sum", from: { peerId: idOf(ada), agentId: agentOf(ada) } });
    // Over, so that whoever kept the signal is not told of a cancel that never was.
    await network.advance(60_000);
    expect(info?.signal.aborted).toBe(false);
    await leaveNothing(network, swarms);
  });

  it("waits for an asynchronous handler, and the answers may overtake each other", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    bob.handle(
      "wait",
      (ms) =>
        new Promise((resolve) => hosts[1].runtime.clock.setTimer(ms as number, () => resolve(`after ${ms}`))),
    );
    const order: unknown[] = [];
    const answers = [300, 100, 200].map((ms) =>
      ada.request(idOf(bob), "wait", ms).then((answer) => order.push(answer)),
    );
    await inTime(network, Promise.all(answers));
    expect(order).toEqual(["after 100", "after 200", "after 300"]);
    await leaveNothing(network, swarms);
  });

  it("shows by its own type in the statistics and the activity of both", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.handle(sum, () => 0);
    await inTime(network, ada.request(idOf(bob), sum, []));
    for (const [swarm, direction] of [
      [ada, "messagesSent"],
      [bob, "messagesReceived"],
    ] as const) {
      expect(swarm.getStats().byType["swarm/request:sum"]).toMatchObject({ [direction]: 1 });
      expect(swarm.getStats().byType["swarm/answer:sum"]).toBeDefined();
    }
    await leaveNothing(network, swarms);
  });

  it("brings nothing, undefined, null and typed arrays there and back", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.handle("echo", (payload) => payload);
    for (const payload of [undefined, null, 0, "", Float32Array.of(1, 2), { a: [null] }]) {
      expect(await inTime(network, ada.request(idOf(bob), "echo", payload))).toEqual(payload);
    }
    await leaveNothing(network, swarms);
  });

  it("of a type that nobody handles is told so, at once", async () => {
    const { network, swarms, ada, bob } = await couple();
    const error = await inTime(network, errorOf(ada.request(idOf(bob), "unheard of")), 100, 10);
    expect(error.code).toBe("no-handler");
    expect(error.message).toContain("unheard of");
    expect(dropped(bob)).toEqual({ "unknown-type": 1 });
    const stop = bob.handle("unheard of", () => "heard");
    expect(await inTime(network, ada.request(idOf(bob), "unheard of"))).toBe("heard");
    stop();
    stop();
    expect((await inTime(network, errorOf(ada.request(idOf(bob), "unheard of")))).code).toBe("no-handler");
    await leaveNothing(network, swarms);
  });

  it("whose handler throws fails with the error's code and text, bounded, without the stack", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    bob.handle("fail", (how) => {
      if (how === "long") throw new Error("x".repeat(10_000));
      if (how === "text") throw "just text";
      if (how === "nothing") throw Object.create(null);
      if (how === "number") throw Object.assign(new Error(), { message: 5 });
      throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    });
    const error = await inTime(network, errorOf(ada.request(idOf(bob), "fail")));
    expect(error.code).toBe("request-failed");
    expect(error.cause).toEqual({ code: "ENOENT", text: "no such file" });
    const long = await inTime(network, errorOf(ada.request(idOf(bob), "fail", "long")));
    expect((long.cause as { text: string }).text).toHaveLength(300);
    const text = await inTime(network, errorOf(ada.request(idOf(bob), "fail", "text")));
    expect(text.cause).toEqual({ code: undefined, text: "just text" });
    for (const how of ["nothing", "number"])
      expect((await inTime(network, errorOf(ada.request(idOf(bob), "fail", how)))).code).toBe(
        "request-failed",
      );
    expect(errors.map(({ code }) => code)).toEqual(Array(5).fill("handler-failed"));
    await leaveNothing(network, swarms);
  });

  it("whose handler throws late fails the same way; a refusal on purpose is no error of the swarm", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    bob.handle("refuse", async () => {
      await Promise.resolve();
      throw new SwarmError("request-failed", { what: "Not today." });
    });
    const error = await inTime(network, errorOf(ada.request(idOf(bob), "refuse")));
    expect(error.message).toContain("Not today.");
    expect(errors).toEqual([]);
    await leaveNothing(network, swarms);
  });

  it("that the schema refuses is not sent; one that a careless peer sends is refused and counted", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.handle(sum, () => 0);
    // @ts-expect-error the schema wants numbers
    const refused = errorOf(ada.request(idOf(bob), sum, ["one"]));
    expect((await refused).code).toBe("invalid-payload");
    expect((await errorOf(ada.request(idOf(bob), "sum", { when: new Date() }))).code).toBe("invalid-payload");
    const careless = await inTime(network, errorOf(ada.request(idOf(bob), "sum", ["one"])));
    expect(careless.code).toBe("invalid-payload");
    expect(dropped(bob)).toEqual({ "invalid-payload": 1 });
    await leaveNothing(network, swarms);
  });

  it("whose answer the schema refuses fails with invalid-payload, on the side that finds it", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    const stop = bob.handle("sum", () => "six");
    const unfit = await inTime(network, errorOf(ada.request(idOf(bob), sum, [6])));
    expect(unfit.code).toBe("invalid-payload");
    expect(dropped(ada)).toEqual({ "invalid-payload": 1 });
    stop();
    bob.handle(sum, () => "six" as never);
    const caught = await inTime(network, errorOf(ada.request(idOf(bob), sum, [6])));
    expect(caught.code).toBe("request-failed");
    expect(errors).toHaveLength(1);
    await leaveNothing(network, swarms);
  });

  it("whose answer cannot travel fails with what is wrong with it", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.handle("when", () => new Date());
    bob.handle("all", () => new Uint8Array(200 * 1024));
    const unsendable = await inTime(network, errorOf(ada.request(idOf(bob), "when")));
    expect(unsendable.cause).toMatchObject({ code: "invalid-payload" });
    const large = await inTime(network, errorOf(ada.request(idOf(bob), "all")));
    expect(large.cause).toMatchObject({ code: "payload-too-large" });
    await leaveNothing(network, swarms);
  });

  it("without an answer ends after its time, and the handler is told", async () => {
    const { network, swarms, ada, bob } = await couple();
    let signal: AbortSignal | undefined;
    bob.handle("never", (_, info) => {
      signal = info.signal;
      return new Promise(() => undefined);
    });
    const outcome = watch(ada.request(idOf(bob), "never", null, { timeoutMs: 5000 }));
    await network.advance(4990);
    expect(outcome()).toBeUndefined();
    expect(signal?.aborted).toBe(false);
    await network.advance(40);
    expect(outcome()).toMatchObject({ error: { code: "request-timeout" } });
    expect(signal?.aborted).toBe(true);
    const byDefault = watch(ada.request(idOf(bob), "never"));
    await network.advance(29_900);
    expect(byDefault()).toBeUndefined();
    await network.advance(200);
    expect(byDefault()).toMatchObject({ error: { code: "request-timeout" } });
    await leaveNothing(network, swarms);
  });

  it("that is aborted tells the other side, whose handler ends and whose answer nobody hears", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    let signal: AbortSignal | undefined;
    bob.handle("slow", (_, info) => {
      signal = info.signal;
      return new Promise((resolve) => hosts[1].runtime.clock.setTimer(1000, () => resolve("late")));
    });
    const controller = new AbortController();
    const outcome = watch(ada.request(idOf(bob), "slow", null, { signal: controller.signal }));
    await network.settle();
    expect(signal?.aborted).toBe(false);
    controller.abort();
    await network.settle();
    expect(outcome()).toMatchObject({ error: { code: "aborted" } });
    expect(signal?.reason).toMatchObject({ code: "aborted" });
    await network.advance(2000);
    expect([dropped(ada), dropped(bob)]).toEqual([{}, {}]);
    const before = errorOf(ada.request(idOf(bob), "slow", null, { signal: AbortSignal.abort() }));
    expect((await before).code).toBe("aborted");
    await leaveNothing(network, swarms);
  });

  it("that gives itself no time, or for ever, is refused", async () => {
    const { network, swarms, ada, bob } = await couple();
    for (const timeoutMs of [0, -1, NaN, Infinity, 3_600_001]) {
      expect((await errorOf(ada.request(idOf(bob), "x", null, { timeoutMs }))).code).toBe("invalid-option");
      expect((await errorOf(ada.requestMany([], "x", null, { timeoutMs }))).code).toBe("invalid-option");
    }
    await leaveNothing(network, swarms);
  });

  it("to nobody is peer-gone, and before a join not-joined", async () => {
    const { network, swarms, ada } = await couple();
    expect((await errorOf(ada.request("nobody", "sum"))).code).toBe("peer-gone");
    expect((await errorOf(network.swarm().request("nobody", "sum"))).code).toBe("not-joined");
    await leaveNothing(network, swarms);
  });

  it("to a peer that leaves is peer-gone at once, and its handler is told", async () => {
    const { network, swarms, ada, bob } = await couple();
    const signals: AbortSignal[] = [];
    const never = (_: unknown, { signal }: RequestInfo) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    ada.handle("never", never);
    bob.handle("never", never);
    const [ours, theirs] = [watch(ada.request(idOf(bob), "never")), watch(bob.request(idOf(ada), "never"))];
    await network.settle();
    await inTime(network, bob.leave(), 1000, 10);
    await network.settle();
    for (const outcome of [ours(), theirs()]) expect(outcome).toMatchObject({ error: { code: "peer-gone" } });
    expect(signals.map(({ reason }) => (reason as SwarmError).code)).toEqual(["peer-gone", "peer-gone"]);
    await leaveNothing(network, swarms);
  });

  it("has one handler per type", async () => {
    const { network, swarms, ada, bob } = await couple();
    const stop = bob.handle(sum, () => 1);
    expect(() => bob.handle("sum", () => 2)).toThrow("one answer");
    stop();
    const stopSecond = bob.handle("sum", () => 2);
    // The first one's way to stop is not the second one's.
    stop();
    expect(() => bob.handle("sum", () => 3)).toThrow("one answer");
    stopSecond();
    const longest = "x".repeat(114);
    bob.handle(longest, () => "heard");
    expect(await inTime(network, ada.request(idOf(bob), longest))).toBe("heard");
    for (const type of ["", "swarm/x", "x".repeat(115)])
      expect(() => bob.handle(type, () => 1)).toThrow(SwarmError);
    await leaveNothing(network, swarms);
  });
});

describe("requests and moderation", () => {
  it("of a muted agent are not shown to the app: refused like unknown ones, and counted", async () => {
    const { network, swarms, ada, bob } = await couple();
    let asked = 0;
    bob.handle("count", () => ++asked);
    bob.mute(agentOf(ada));
    expect((await inTime(network, errorOf(ada.request(idOf(bob), "count")))).code).toBe("no-handler");
    expect([asked, dropped(bob)]).toEqual([0, { muted: 1 }]);
    ada.handle("count", () => "asked by one who muted us");
    expect(await inTime(network, bob.request(idOf(ada), "count"))).toBe("asked by one who muted us");
    bob.unmute(agentOf(ada));
    expect(await inTime(network, ada.request(idOf(bob), "count"))).toBe(1);
    await leaveNothing(network, swarms);
  });

  it("beyond 256 open ones to a peer are not sent, and beyond 256 of a peer not begun", async () => {
    const { network, swarms, ada, bob } = await couple();
    let begun = 0;
    bob.handle("never", () => {
      begun++;
      return new Promise(() => undefined);
    });
    const controller = new AbortController();
    const { signal } = controller;
    const open = Array.from({ length: MAX_OPEN_REQUESTS }, () =>
      watch(ada.request(idOf(bob), "never", null, { signal })),
    );
    expect((await errorOf(ada.request(idOf(bob), "never"))).code).toBe("queue-full");
    await network.settle();
    expect(begun).toBe(MAX_OPEN_REQUESTS);
    // Cancelled, but the handlers go on: their places are still taken.
    controller.abort();
    await network.settle();
    expect(open.every((outcome) => outcome() !== undefined)).toBe(true);
    expect((await inTime(network, errorOf(ada.request(idOf(bob), "never")))).code).toBe("queue-full");
    expect([begun, dropped(bob)]).toEqual([MAX_OPEN_REQUESTS, { "requests-exceeded": 1 }]);
    await leaveNothing(network, swarms);
  });
});

describe("a signal", () => {
  it("that many requests share has one listener, and none when they are over", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 13);
    await gather(network, swarms);
    const [ada, ...others] = swarms as [Swarm, ...Swarm[]];
    for (const swarm of others) swarm.handle("never", () => new Promise(() => undefined));
    const controller = new AbortController();
    const { signal } = controller;
    const asked = [
      ada.requestMany(undefined, "never", null, { signal, timeoutMs: 1000 }),
      ada.requestMany(undefined, "never", null, { signal }),
    ] as const;
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    await network.advance(2000);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort();
    const [timedOut, aborted] = await inTime(network, Promise.all(asked));
    expect(timedOut.map(({ status }) => status)).toEqual(others.map(() => "timed-out"));
    expect(aborted.map((one) => one.status !== "fulfilled" && one.error.code)).toEqual(
      others.map(() => "aborted"),
    );
    expect(getEventListeners(signal, "abort")).toEqual([]);
    const late = await inTime(network, ada.requestMany(undefined, "never", null, { signal }));
    expect(late.map((one) => one.status !== "fulfilled" && one.error.code)).toEqual(
      others.map(() => "aborted"),
    );
    await leaveNothing(network, swarms);
  });
});

describe("a lying peer", () => {
  it("cannot answer twice, late, for another type, or what was never asked", async () => {
    const { network, ada, scripted } = await withScripted((type, payload, peer) => {
      if (type !== "swarm/request:sum") return;
      peer.broadcast("swarm/answer:sum", { id: payload.id, output: 6 });
      peer.broadcast("swarm/answer:sum", { id: payload.id, output: 7 });
      peer.broadcast("swarm/answer:other", { id: payload.id, output: 8 });
      peer.broadcast("swarm/answer:sum", { id: 1000, output: 9 });
      peer.broadcast("swarm/answer:sum", { id: payload.id, output: 9, failure: "both" });
    });
    expect(await inTime(network, ada.request(scripted.peerId, sum, [6]))).toBe(6);
    await network.settle();
    expect(dropped(ada)).toEqual({
      "late-answer": 1,
      "foreign-answer": 1,
      "unknown-type": 1,
      "invalid-payload": 1,
    });
    scripted.leave();
    await leaveNothing(network, [ada]);
  });

  it("cannot answer for another peer", async () => {
    const { network, ada, scripted } = await withScripted(() => undefined);
    const bob = network.swarm();
    bob.handle(sum, () => new Promise(() => undefined));
    await inTime(network, bob.join());
    await until(network, () => connectedPeers(ada).length === 2);
    const outcome = watch(ada.request(idOf(bob), sum, []));
    scripted.broadcast("swarm/answer:sum", { id: 1, output: 666 });
    await network.settle();
    expect(outcome()).toBeUndefined();
    expect(dropped(ada)).toEqual({ "foreign-answer": 1 });
    scripted.leave();
    await leaveNothing(network, [ada, bob]);
  });

  it("cannot have a request worked on twice, nor break anything with nonsense", async () => {
    const { network, ada, scripted } = await withScripted(() => undefined);
    let asked = 0;
    ada.handle(sum, () => ++asked);
    const ask = (payload: unknown) => scripted.broadcast("swarm/request:sum", payload);
    ask({ id: 5, timeoutMs: 1000, input: [1] });
    ask({ id: 5, timeoutMs: 1000, input: [1] });
    ask({ id: 4, timeoutMs: 1000, input: [1] });
    for (const payload of [
      null,
      {},
      { id: -1, timeoutMs: 1 },
      { id: 9, timeoutMs: 1e12 },
      { id: 9, timeoutMs: -1 },
    ])
      ask(payload);
    scripted.broadcast("swarm/cancel", { id: 5 });
    scripted.broadcast("swarm/cancel", { id: 77 });
    await network.settle();
    expect(asked).toBe(1);
    expect(dropped(ada)).toEqual({ "repeated-request": 2, "invalid-payload": 5 });
    const { events } = ada.recentEvents({ reason: "repeated-request" });
    const { peerId } = scripted;
    const message = { type: "swarm/request:sum", lane: "control", bytes: expect.any(Number), peerId };
    expect(events).toMatchObject([message, message]);
    scripted.leave();
    await leaveNothing(network, [ada]);
  });

  it("that never takes its request back has its handler ended by its own time", async () => {
    const { network, ada, scripted } = await withScripted(() => undefined);
    let signal: AbortSignal | undefined;
    ada.handle("never", (_, info) => {
      signal = info.signal;
      return new Promise(() => undefined);
    });
    scripted.broadcast("swarm/request:never", { id: 1, timeoutMs: 2000 });
    await network.advance(1990);
    expect(signal?.aborted).toBe(false);
    await network.advance(100);
    expect(signal?.reason).toMatchObject({ code: "request-timeout" });
    scripted.leave();
    await leaveNothing(network, [ada]);
  });
});

describe("a request and its link", () => {
  it("is answered over the link that replaced the one it came on", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const hosts = [network.host(), network.host()] as Two<MemoryHost>;
    const transport = fragileTransport(hosts[0]);
    const ada = createSwarm({ identity: "session", transport, runtime: hosts[0].runtime });
    const bob = hosts[1].swarm();
    const swarms = [ada, bob];
    await gather(network, swarms);
    let answer = (_: string): void => undefined;
    bob.handle("later", () => new Promise<string>((resolve) => (answer = resolve)));
    const outcome = watch(ada.request(idOf(bob), "later", null, { timeoutMs: 600_000 }));
    await network.settle();
    const linkId = connectedPeers(ada)[0]?.linkId;
    const left = swarms.map((swarm) => record(swarm, "peer-left"));
    transport.failLinks();
    await until(network, () => connectedPeers(ada).length === 1);
    expect(left).toEqual([[], []]);
    expect(connectedPeers(ada)[0]?.linkId).not.toBe(linkId);
    answer("here");
    await network.settle();
    expect(outcome()).toEqual({ value: "here" });
    await leaveNothing(network, swarms);
  });

  it("waits for a peer that sleeps, and is answered when it wakes", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    bob.handle("awake?", () => true);
    hosts[1].sleep();
    const outcome = watch(ada.request(idOf(bob), "awake?"));
    await network.advance(10_000);
    expect(outcome()).toBeUndefined();
    hosts[1].wake();
    await network.settle();
    expect(outcome()).toEqual({ value: true });
    await leaveNothing(network, swarms);
  });
});

describe("requestMany", () => {
  it("has an outcome for each peer: fulfilled, rejected, timed out, disconnected", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const { hosts, swarms } = tabs(network, 5);
    await gather(network, swarms);
    const [ada, good, bad, mute, gone] = swarms as [Swarm, Swarm, Swarm, Swarm, Swarm];
    good.handle(sum, () => 1);
    bad.handle(sum, () => {
      throw new SwarmError("request-failed", { what: "No." });
    });
    mute.handle(sum, () => new Promise(() => undefined));
    gone.handle(sum, () => new Promise(() => undefined));
    const ids = [good, bad, mute, gone].map(idOf);
    const many = ada.requestMany(undefined, sum, [], { timeoutMs: 25_000 });
    const some = ada.requestMany([ids[0] as string, ids[0] as string, "stranger"], sum, []);
    await network.settle();
    hosts[4]?.crash();
    const outcomes = await inTime(network, many);
    const byPeer = Object.fromEntries(outcomes.map((outcome) => [outcome.peerId, outcome]));
    expect(outcomes).toHaveLength(4);
    expect(ids.map((id) => byPeer[id])).toMatchObject([
      { status: "fulfilled", output: 1 },
      { status: "rejected", error: { code: "request-failed" } },
      { status: "timed-out", error: { code: "request-timeout" } },
      { status: "disconnected", error: { code: "peer-gone" } },
    ]);
    expect(await inTime(network, some)).toMatchObject([
      { peerId: ids[0], status: "fulfilled" },
      { peerId: "stranger", status: "disconnected" },
    ]);
    expect(await network.swarm().requestMany(undefined, sum, [])).toEqual([]);
    // @ts-expect-error the schema wants numbers
    expect((await errorOf(ada.requestMany(undefined, sum, "x"))).code).toBe("invalid-payload");
    await leaveNothing(network, swarms.slice(0, 4));
  });

  it("settles exactly once for each peer, whatever is lost, slept through, cut or aborted", async () => {
    const fault = fc.constantFrom(
      "none",
      "sleep",
      "crash",
      "partition",
      "leave",
      "mute",
    ) as fc.Arbitrary<string>;
    const peer = fc.record({
      fault,
      atMs: fc.nat({ max: 400 }),
      answersAfterMs: fc.nat({ max: 500 }),
      lossEvery: fc.integer({ min: 0, max: 4 }),
    });
    const plan = fc.record({
      peers: fc.array(peer, { minLength: 1, maxLength: 3 }),
      timeoutMs: fc.integer({ min: 1, max: 60_000 }),
      abortAtMs: fc.option(fc.nat({ max: 500 })),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ peers, timeoutMs, abortAtMs, seed }) => {
        const network = memoryNetwork({ latencyMs: 10, jitterMs: 30, seed });
        const { hosts, swarms } = tabs(network, peers.length + 1);
        await gather(network, swarms);
        const [ada, ...others] = swarms as [Swarm, ...Swarm[]];
        const ids = others.map(idOf);
        let runs = 0;
        others.forEach((swarm, index) => {
          const { answersAfterMs, lossEvery } = peers[index] as (typeof peers)[number];
          const host = hosts[index + 1] as MemoryHost;
          swarm.handle("ask", () => {
            runs++;
            return new Promise((resolve) =>
              host.runtime.clock.setTimer(answersAfterMs, () => resolve(index)),
            );
          });
          let sent = 0;
          // Frames that vanish are what a cut link loses; lanes promise no more.
          if (lossEvery > 0)
            host.tamper = (frame, lane) =>
              lane === "control" && ++sent % lossEvery === 0 ? undefined : frame;
        });
        const controller = new AbortController();
        const settled = watch(
          ada.requestMany(undefined, "ask", null, { timeoutMs, signal: controller.signal }),
        );
        const events: [number, () => void][] = peers.map(({ fault: kind, atMs }, index) => [
          atMs,
          () => {
            const host = hosts[index + 1] as MemoryHost;
            const swarm = others[index] as Swarm;
            if (kind === "sleep") host.sleep();
            if (kind === "crash") host.crash();
            if (kind === "partition")
              network.partition(
                [host],
                hosts.filter((one) => one !== host),
              );
            if (kind === "leave") void swarm.leave();
            if (kind === "mute") swarm.mute(agentOf(ada));
          },
        ]);
        if (abortAtMs !== null) events.push([abortAtMs, () => controller.abort()]);
        let nowMs = 0;
        for (const [atMs, happen] of events.sort(([a], [b]) => a - b)) {
          await network.advance(atMs - nowMs);
          nowMs = atMs;
          happen();
        }
        await network.advance(timeoutMs + 100);
        const outcome = settled();
        if (outcome === undefined || !("value" in outcome)) throw new Error("It has not resolved.");
        const { value } = outcome;
        expect(value.map(({ peerId }) => peerId).toSorted()).toEqual(ids.toSorted());
        for (const one of value) {
          if (one.status !== "fulfilled") continue;
          expect(one.output).toBe(ids.indexOf(one.peerId));
        }
        expect(runs).toBeLessThanOrEqual(peers.length);
        network.heal();
        for (const host of hosts) {
          host.wake();
          host.tamper = undefined;
        }
        await leaveAll(
          network,
          swarms.filter((_, index) => hosts[index]?.isCrashed !== true),
        );
        await network.advance(120_000);
        expectNothingLeft(network);
      }),
      { numRuns: 40 },
    );
  });
});
