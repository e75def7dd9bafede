import { expect, test, vi } from "vitest";
import { createDeferred } from "../../../src/core/deferred.js";
import { defineBuiltin, type ProtocolPort } from "../../../src/core/protocols/builtin.js";
import { type LazyEngine, startLazily } from "../../../src/core/protocols/lazyPart.js";

type Handler = (payload: unknown, info: unknown) => void;
const from = { peerId: "peer-1", agentId: "agent" };

/** As much of a port as a lazy part sees. */
function stage(isNeeded?: () => Promise<boolean>) {
  const handlers = new Map<string, Handler>();
  const watchers = new Map<string, (event: unknown) => void>();
  const dropped: string[] = [];
  const self = { peerId: "self" };
  const port = {
    runtime: { track: <T>(work: Promise<T>) => work },
    self,
    on: ({ type }: { type: string }, handler: Handler) => void handlers.set(type, handler),
    watch: (name: string, watcher: (event: unknown) => void) => void watchers.set(name, watcher),
    dropped: (code: string) => void dropped.push(code),
  } as unknown as ProtocolPort;
  let code = createDeferred<(port: ProtocolPort) => LazyEngine>();
  const load = vi.fn(() => code.promise);
  const received: unknown[] = [];
  const engine: LazyEngine = {
    receive(name, payload) {
      received.push([name, payload]);
      return payload !== "bad";
    },
  };
  const part = startLazily({ port, what: "votes", names: ["vote", "end"], load, isNeeded });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    part,
    load,
    received,
    dropped,
    engine,
    end: () => watchers.get("ended")?.(undefined),
    begin: () => watchers.get("began")?.(self),
    message: (name: string, payload: unknown, peerId = from.peerId) =>
      handlers.get(defineBuiltin(name, null as never).type)?.(payload, { from: { ...from, peerId } }),
    async arrive() {
      code.resolve(() => engine);
      await settle();
    },
    async fail() {
      const failed = code;
      code = createDeferred();
      failed.reject(new Error("offline"));
      await settle();
    },
    settle,
  };
}

test("nothing is loaded before somebody has something for it", async () => {
  const { load, begin, settle, part } = stage();
  begin();
  await settle();
  expect(load).not.toHaveBeenCalled();
  expect(part.loaded).toBeUndefined();
});

test("messages that bring the code are delivered in order once it is there, and later ones at once", async () => {
  const { message, arrive, received, load, part, engine } = stage();
  message("vote", 1);
  message("end", 2);
  message("vote", 3);
  expect(received).toEqual([]);
  await arrive();
  expect(part.loaded).toBe(engine);
  message("vote", 4);
  expect(received).toEqual([
    ["vote", 1],
    ["end", 2],
    ["vote", 3],
    ["vote", 4],
  ]);
  expect(load).toHaveBeenCalledTimes(1);
});

test("what the engine refuses is counted, whether it waited or not", async () => {
  const { message, arrive, dropped } = stage();
  message("vote", "bad");
  await arrive();
  message("vote", "bad");
  expect(dropped).toEqual(["invalid-payload", "invalid-payload"]);
});

test("code that does not come fails the call with a reason, and the next call tries again", async () => {
  const { part, fail, arrive, engine, message, dropped, received } = stage();
  message("vote", 1);
  const first = expect(part.engine()).rejects.toMatchObject({ code: "internal" });
  await fail();
  await first;
  expect(dropped).toEqual(["part-unavailable"]);
  const second = part.engine();
  await arrive();
  expect(await second).toBe(engine);
  expect(received).toEqual([]);
});

test("a flood before the code is there is bounded", async () => {
  const { message, arrive, received, dropped } = stage();
  for (let number = 0; number < 1100; number++) message("vote", number, `peer-${number % 50}`);
  await arrive();
  expect(received).toHaveLength(1024);
  expect(dropped).toEqual(Array.from({ length: 76 }, () => "part-loading"));
});

test("a flood of one peer leaves room for the others", async () => {
  const { message, arrive, received, dropped } = stage();
  for (let number = 0; number < 1100; number++) message("vote", "flood", "loud");
  message("vote", "heard", "quiet");
  await arrive();
  expect(received).toHaveLength(257);
  expect(received.at(-1)).toEqual(["vote", "heard"]);
  expect(dropped).toHaveLength(1100 - 256);
});

test("what waited for the code is gone with the stay", async () => {
  const { message, end, arrive, received } = stage();
  message("vote", 1);
  end();
  await arrive();
  expect(received).toEqual([]);
});

test("something in storage brings the code at the begin of a stay", async () => {
  const { begin, settle, load } = stage(async () => true);
  begin();
  await settle();
  expect(load).toHaveBeenCalledTimes(1);
});

test("a storage that refuses to say is counted, not thrown", async () => {
  const { begin, settle, load, dropped } = stage(() => Promise.reject(new Error("no")));
  begin();
  await settle();
  expect(load).not.toHaveBeenCalled();
  expect(dropped).toEqual(["storage-failed"]);
});

test("code that something in storage waits for, and that does not come, is counted, not thrown", async () => {
  const { begin, settle, fail, load, dropped } = stage(async () => true);
  const thrown = vi.fn();
  process.on("unhandledRejection", thrown);
  begin();
  await settle();
  await fail();
  await settle();
  process.off("unhandledRejection", thrown);
  expect(load).toHaveBeenCalledTimes(1);
  expect(thrown).not.toHaveBeenCalled();
  expect(dropped).toEqual(["part-unavailable"]);
});
