import type {
  JavaScriptSandbox,
  JavaScriptSandboxOptions,
  SandboxOutcome,
} from "peerswarm/executors/javascript";
import { afterAll, describe, expect, it } from "vitest";

type CreateSandbox = (options?: JavaScriptSandboxOptions) => JavaScriptSandbox;

const outputOf = (outcome: SandboxOutcome): unknown => {
  if (!outcome.ok) throw outcome.error;
  return outcome.output;
};
const codeOf = (outcome: SandboxOutcome): string | undefined => (outcome.ok ? undefined : outcome.error.code);
const textOf = (outcome: SandboxOutcome): string => (outcome.ok ? "" : outcome.error.message);

/** Each is told of under the name that the report has for it; what they wait for never comes. */
const BOMBS: readonly (readonly [name: string, code: string, end: string])[] = [
  ["an endless loop", "export const run = () => { for (;;); }", "sandbox-timeout"],
  ["a loop outside of run", "while (true);", "sandbox-timeout"],
  ["microtasks without end", "export const run = async () => { for (;;) await 0 }", "sandbox-timeout"],
  [
    "jobs that begin themselves",
    "const f = () => queueMicrotask(f); f(); export const run = f",
    "sandbox-timeout",
  ],
  [
    "a loop that catches its end",
    "export const run = () => { for (;;) try { for (;;); } catch {} finally { for (;;); } }",
    "sandbox-timeout",
  ],
  [
    "many loops that begin anew when stopped",
    "const f = async () => { try { for (;;) await 0 } finally { f(); f() } }; export const run = () => { f(); f(); return f() }",
    "sandbox-timeout",
  ],
  [
    "a pattern that backtracks",
    "export const run = () => /^(a+)+$/.test('a'.repeat(40) + 'b')",
    "sandbox-timeout",
  ],
  [
    "native code that nothing interrupts",
    "export const run = () => new Array(2 ** 28).join('xxxx')",
    "sandbox-timeout",
  ],
  [
    "a getter of the result that loops",
    "export const run = () => ({ get a() { for (;;); } })",
    "sandbox-timeout",
  ],
  [
    "a thrown thing whose text loops",
    "export const run = () => { throw { toString() { for (;;); } } }",
    "sandbox-timeout",
  ],
  ["recursion", "export const run = () => run() + 1", "sandbox-error"],
  ["recursion in native code", "export const run = () => JSON.parse('['.repeat(1e6))", "sandbox-error"],
  [
    "an array bomb",
    "export const run = () => { const a = []; for (;;) a.push(new Array(1e5).fill(1)) }",
    "sandbox-memory",
  ],
  ["a string bomb", "export const run = () => { let s = 'x'; for (;;) s += s }", "sandbox-memory"],
  ["a flat string bomb", "export const run = () => 'x'.repeat(2 ** 29)", "sandbox-memory"],
  [
    "a typed array bomb",
    "export const run = () => { const a = []; for (;;) a.push(new Uint8Array(1e6)) }",
    "sandbox-memory",
  ],
  ["a shared memory bomb", "export const run = () => new SharedArrayBuffer(2 ** 30)", "sandbox-memory"],
  [
    "a buffer that grows",
    "export const run = () => new ArrayBuffer(8, { maxByteLength: 2 ** 31 - 1 }).resize(2 ** 30)",
    "sandbox-memory",
  ],
  [
    "an object bomb",
    "export const run = () => { const a = []; for (;;) a.push({ a: 1 }) }",
    "sandbox-memory",
  ],
  [
    "a map bomb",
    "export const run = () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, [i]) }",
    "sandbox-memory",
  ],
  ["an output flood", "export const run = () => { for (;;) console.log('x'.repeat(999)) }", "sandbox-output"],
  [
    "a flood of short lines",
    "export const run = () => { for (;;) console.error('123456789') }",
    "sandbox-output",
  ],
  ["one line that is too long", "export const run = () => console.log('x'.repeat(2e6))", "sandbox-output"],
  ["a result that is too long", "export const run = () => 'x'.repeat(1e6)", "sandbox-output"],
  [
    "typed arrays that are too long",
    "export const run = () => [new Uint8Array(5e5), new Uint8Array(5e5)]",
    "sandbox-output",
  ],
  ["a result of too many values", "export const run = () => new Array(100_001).fill(0)", "sandbox-error"],
];

/** What a script may try; each returns what it got, `undefined` where there is nothing. */
const ESCAPES: readonly (readonly [name: string, expression: string])[] = [
  ...[
    "fetch",
    "WebSocket",
    "XMLHttpRequest",
    "EventSource",
    "WebTransport",
    "RTCPeerConnection",
    "indexedDB",
    "caches",
    "localStorage",
    "navigator",
    "importScripts",
    "postMessage",
    "self",
    "window",
    "document",
    "Worker",
    "BroadcastChannel",
    "SharedWorker",
    "WebAssembly",
    "Atomics",
    "setTimeout",
    "process",
    "require",
    "module",
    "Deno",
    "crypto",
    "structuredClone",
    "__dirname",
    "std",
    "os",
    "bjson",
    "scriptArgs",
    "print",
  ].map((name) => [name, `typeof ${name} === "undefined" ? undefined : String(${name})`] as const),
  ["the function constructor", 'typeof Function("return this")().fetch'],
  ["a constructor's constructor", 'typeof globalThis.constructor.constructor("return this")().postMessage'],
  ["the constructor of console.log", 'typeof console.log.constructor("return this")().fetch'],
  ["the constructor of progress", 'progress.constructor("return typeof process")()'],
  ["the constructor of the input", 'typeof input.constructor.constructor("return this")().fetch'],
  ["indirect eval", 'typeof (0, eval)("this").fetch'],
  ["an error's stack", "new Error('x').stack.includes('http') || new Error('x').stack.includes('file:')"],
].map(([name = "", expression = ""]) => [name, expression]);

/** What every platform's sandbox must hold. */
export function describeSandbox(platform: string, create: CreateSandbox): void {
  describe(`the sandbox in ${platform}`, () => {
    const sandbox = create({
      timeoutMs: 20_000,
      memoryBytes: 16 * 2 ** 20,
      outputBytes: 300_000,
      resultBytes: 1_000_000,
    });
    afterAll(() => sandbox.close());

    it("runs a function over values, asynchronous ones too", async () => {
      const sum = "const add = (a, b) => a + b; export const run = ({ a, b }) => add(a, b)";
      expect(await sandbox.run(sum, { a: 1, b: 2 })).toEqual({ ok: true, output: 3 });
      const later = "export async function run(n) { await null; return (await Promise.all([n, n])).length }";
      expect(outputOf(await sandbox.run(later, 7))).toBe(2);
      expect(outputOf(await sandbox.run("export const run = (input) => input"))).toBeNull();
    });

    it("carries JSON values and typed arrays in and out", async () => {
      const input = {
        text: "lone \ud800, zero \0, é, 🐝",
        list: [null, true, -0.5, [], {}],
        nested: { bytes: new Uint8Array([1, 2, 3]).subarray(1), deep: [{ floats: new Float32Array([1.5]) }] },
        kinds: [
          new Int8Array([-1]),
          new Uint8ClampedArray([255]),
          new Int16Array([-2]),
          new Uint16Array([2]),
          new Int32Array([-3]),
          new Uint32Array([3]),
          new Float64Array([0.1]),
          new BigInt64Array([-4n]),
          new BigUint64Array([4n]),
          new Uint8Array(),
        ],
      };
      expect(outputOf(await sandbox.run("export const run = (input) => input", input))).toEqual(input);
      expect(
        outputOf(await sandbox.run("export const run = (a) => a.map((x) => x * 2)", new Int16Array([1, 2]))),
      ).toEqual(new Int16Array([2, 4]));
    });

    it.each([
      ["a function", () => {}],
      ["a date", { when: new Date(0) }],
      ["NaN", [Number.NaN]],
    ])("refuses %s as input", async (_, input) => {
      expect(codeOf(await sandbox.run("export const run = () => 1", input))).toBe("invalid-payload");
    });

    it("fails a run whose input does not fit", async () => {
      const outcome = await sandbox.run("export const run = (bytes) => bytes.length", new Uint8Array(4e7));
      expect(codeOf(outcome)).toBe("sandbox-memory");
      const text = await sandbox.run("export const run = (text) => text.length", "x".repeat(4e7));
      expect(codeOf(text)).toBe("sandbox-memory");
    });

    it.each([
      ["() => 1", "output cannot leave"],
      ["{ a: [1, Symbol()] }", "output.a[1] cannot leave"],
      ["{ a: 1n }", "output.a cannot leave"],
      ["NaN", "NaN is not a JSON number"],
      ["new Map()", "not a plain object"],
      ["new DataView(new ArrayBuffer(1))", "not one of Int8Array"],
      ["(() => { const a = []; a[0] = a; return a })()", "deeper than 32 levels"],
      ['JSON.parse(\'{"__proto__": {"a": 1}}\')', "__proto__"],
    ])("refuses %s as output, and says where", async (expression, text) => {
      const outcome = await sandbox.run(`export const run = () => (${expression})`);
      expect(codeOf(outcome)).toBe("sandbox-error");
      expect(textOf(outcome)).toContain(text);
    });

    it("tells what the script threw, as text of bounded length", async () => {
      const outcome = await sandbox.run("export function run() { throw new RangeError('too far') }");
      expect(codeOf(outcome)).toBe("sandbox-error");
      expect(textOf(outcome)).toContain("RangeError: too far");
      expect(outcome.ok ? "" : outcome.error.cause).toContain("script.js:1");
      expect(textOf(await sandbox.run("export const run = () => { throw 'a text' }"))).toContain("a text");
      expect(
        textOf(await sandbox.run("export const run = async () => { throw new Error('x'.repeat(1e6)) }"))
          .length,
      ).toBeLessThan(2500);
    });

    it.each([
      ["an array of what is no text", "[{ toString: 1 }, { toString: 1 }, {}]"],
      ["endless text", "['n'.repeat(1e6), 'm'.repeat(1e6), 's'.repeat(1e6)]"],
      ["no array", "'text'"],
    ])(
      "is told of what was thrown in bounded text, also where all arrays pretend to be %s",
      async (_, json) => {
        const outcome = await sandbox.run(
          `Array.prototype.toJSON = () => ${json}; export const run = () => { throw new Error("x") }`,
        );
        expect(codeOf(outcome)).toBe("sandbox-error");
        expect(textOf(outcome).length).toBeLessThan(2500);
        const cause = outcome.ok ? undefined : outcome.error.cause;
        expect(typeof cause).toBe("string");
        expect(String(cause).length).toBeLessThanOrEqual(4000);
      },
    );

    it.each([
      ["no module", "export const run = (", "SyntaxError"],
      ["no function", "export const go = () => 1", "exports no function named run"],
      ["an import", "import fs from 'node:fs'; export const run = () => 1", "could not load module"],
      [
        "a promise that nothing settles",
        "export const run = () => new Promise(() => {})",
        "nothing is left to do",
      ],
      ["a top-level error", "throw new Error('at once')", "at once"],
      [
        "an error in a job",
        "export const run = () => { queueMicrotask(() => { throw new Error('late') }) }",
        "late",
      ],
    ])("fails for %s", async (_, code, text) => {
      const outcome = await sandbox.run(code);
      expect(codeOf(outcome)).toBe("sandbox-error");
      expect(textOf(outcome)).toContain(text);
    });

    it("hands on what is printed and how far it is", async () => {
      const printed: string[] = [];
      const steps: unknown[] = [];
      const code = `export const run = () => {
        console.log("one", { a: 1 }, 2); console.error(new Error("bad").message); console.info(); progress(0.25);
        progress(2); progress("x"); progress(1, "done");
      }`;
      const outcome = await sandbox.run(code, undefined, {
        onOutput: (text, stream) => printed.push(`${stream}: ${text}`),
        onProgress: (fraction, note) => steps.push([fraction, note]),
      });
      expect(outputOf(outcome)).toBeNull();
      expect(printed).toEqual(['stdout: one {"a":1} 2\n', "stderr: bad\n", "stdout: \n"]);
      expect(steps.at(-1)).toEqual([1, "done"]);
    });

    it("hands on everything in few messages", async () => {
      let messages = 0;
      let printed = "";
      const code =
        "export const run = () => { for (let i = 0; i < 50_000; i++) { console.log(i); progress(i / 5e4) } }";
      const outcome = await sandbox.run(code, undefined, {
        onOutput: (text) => {
          messages++;
          printed += text;
        },
        onProgress: () => messages++,
      });
      expect(outputOf(outcome)).toBeNull();
      expect(printed.split("\n")).toEqual([...Array.from({ length: 50_000 }, (_, i) => String(i)), ""]);
      // A few dozen on a quick machine, more the longer it takes: far from a hundred thousand.
      expect(messages).toBeLessThan(2000);
    });

    it("hands on two streams that take turns in few messages, each of them in order", async () => {
      let messages = 0;
      const startedAt = performance.now();
      const printed = { stdout: "", stderr: "" };
      const code =
        "export const run = () => { for (let i = 0; i < 20_000; i++) { console.log(i); console.error(i) } }";
      const outcome = await sandbox.run(code, undefined, {
        onOutput: (text, stream) => {
          messages++;
          printed[stream] += text;
        },
      });
      expect(outputOf(outcome)).toBeNull();
      const all = [...Array.from({ length: 20_000 }, (_, i) => String(i)), ""];
      expect(printed.stdout.split("\n")).toEqual(all);
      expect(printed.stderr.split("\n")).toEqual(all);
      // Eight for each 8 KiB and each 50 ms: far from forty thousand.
      expect(messages).toBeLessThan(8 * (30 + (performance.now() - startedAt) / 50));
    });

    it("hands on what an endless script prints while it runs", async () => {
      const stop = new AbortController();
      const outcome = await sandbox.run(
        "export const run = () => { console.log('hello'); for (;;); }",
        undefined,
        {
          signal: stop.signal,
          onOutput: (text) => text === "hello\n" && stop.abort(),
        },
      );
      expect(codeOf(outcome)).toBe("aborted");
    });

    it.each(ESCAPES)("has nothing of the host: %s", async (_, expression) => {
      const outcome = await sandbox.run(`export const run = (input) => { return ${expression} }`, {});
      expect([null, "undefined", false]).toContain(outputOf(outcome));
    });

    it("has the globals of the language, console and progress, and no other", async () => {
      const names = await sandbox.run("export const run = () => Object.getOwnPropertyNames(globalThis)");
      const own = new Set(Object.getOwnPropertyNames(globalThis));
      const language =
        /^(?:InternalError|SuppressedError|SharedArrayBuffer|Iterator|DisposableStack|AsyncDisposableStack|Float16Array|escape|unescape)$/;
      const beyond = (outputOf(names) as string[]).filter((name) => !own.has(name) && !language.test(name));
      expect(beyond).toEqual(["progress"]);
      expect(outputOf(names)).not.toContain("setTimeout");
    });

    it.each([
      "await import('node:fs')",
      "await import('https://example.org/x.js')",
      "await import('data:text/javascript,export default 1')",
      "await Function('return import(\"node:fs\")')()",
    ])("imports nothing: %s", async (expression) => {
      expect(textOf(await sandbox.run(`export const run = async () => { ${expression} }`))).toContain(
        "could not load",
      );
    });

    it.each(BOMBS)("ends %s in bounded time", async (_, code, end) => {
      const startedAt = performance.now();
      const timeoutMs = end === "sandbox-timeout" ? 300 : 8000;
      expect(codeOf(await sandbox.run(code, undefined, { timeoutMs }))).toBe(end);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(outputOf(await sandbox.run("export const run = () => 'alive'"))).toBe("alive");
    });

    it("keeps nothing of one run for the next", async () => {
      const pollute = `
        Object.prototype.polluted = 1; Array.prototype.push = () => { throw 1 }; globalThis.left = 2;
        JSON.parse = JSON.stringify = () => "hacked"; String.prototype.slice = Array.isArray = null;
        Function.prototype.call = Promise.prototype.then = null; console.log = null;
        export const run = () => [new Uint8Array([1]), { a: "b" }]`;
      expect(await sandbox.run(pollute)).toEqual({
        ok: true,
        output: [new Uint8Array([1]), { a: "b" }],
      });
      const look =
        "export const run = () => [({}).polluted ?? null, globalThis.left ?? null, JSON.stringify([].concat(1)), typeof console.log]";
      expect(outputOf(await sandbox.run(look))).toEqual([null, null, "[1]", "function"]);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });

    it.each([
      [
        "setters on the array's prototype",
        "Object.defineProperty(Array.prototype, 0, { set() {}, get() { return 'theirs' } })",
      ],
      ["a toJSON for everything", "Object.prototype.toJSON = () => '[['"],
      ["a poisoned prototype", "Object.prototype.get = Object.prototype.value = () => { throw 1 }"],
      ["a replaced iterator", "Array.prototype[Symbol.iterator] = () => ({ next: () => ({ done: true }) })"],
      [
        "a proxy as result",
        "run = () => new Proxy({}, { ownKeys: () => ['a', 'a', '__proto__'], get: () => globalThis })",
      ],
      [
        "another array's length",
        "run = () => new Proxy([], { get: (t, k) => (k === 'length' ? 2 ** 40 : 1) })",
      ],
    ])("survives %s: at worst the script's own result suffers", async (_, trick) => {
      const outcome = await sandbox.run(
        `export let run = () => [new Uint8Array([1]), { a: "b" }]; ${trick}`,
        undefined,
        { timeoutMs: 500 },
      );
      if (!outcome.ok) expect(outcome.error.code).toMatch(/^sandbox-(?:error|timeout|memory|output)$/);
      expect(outputOf(await sandbox.run("export const run = () => [({}).a ?? 1]"))).toEqual([1]);
    });

    it("keeps two runs apart that go on at the same time", async () => {
      const two = create({ maxParallel: 2 });
      const code = `globalThis.mine = undefined; export const run = (n) => {
        globalThis.mine = n; for (let i = 0; i < 2e6; i++); return globalThis.mine }`;
      const outcomes = await Promise.all([1, 2, 3, 4].map((n) => two.run(code, n)));
      expect(outcomes.map(outputOf)).toEqual([1, 2, 3, 4]);
      two.close();
    });

    it("ends a run at once when it is cancelled, and takes the next", async () => {
      const stop = new AbortController();
      const startedAt = performance.now();
      const run = sandbox.run("export const run = () => { for (;;); }", undefined, {
        signal: stop.signal,
        timeoutMs: 60_000,
      });
      setTimeout(() => stop.abort(), 200);
      expect(codeOf(await run)).toBe("aborted");
      expect(performance.now() - startedAt).toBeLessThan(5000);
      expect(outputOf(await sandbox.run("export const run = () => 1"))).toBe(1);
      expect(codeOf(await sandbox.run("export const run = () => 1", 0, { signal: stop.signal }))).toBe(
        "aborted",
      );
    });

    it("lets go of those that wait for their turn", async () => {
      const one = create({ maxParallel: 1 });
      const stop = new AbortController();
      const long = one.run("export const run = () => { for (;;); }", undefined, { timeoutMs: 400 });
      const waiting = one.run("export const run = () => 1", undefined, { signal: stop.signal });
      const patient = one.run("export const run = () => 2");
      stop.abort();
      expect(codeOf(await waiting)).toBe("aborted");
      expect(codeOf(await long)).toBe("sandbox-timeout");
      expect(outputOf(await patient)).toBe(2);
      one.close();
    });

    it("ends everything when it is closed", async () => {
      const one = create({ maxParallel: 1 });
      const runs = [0, 1].map(() =>
        one.run("export const run = () => { for (;;); }", undefined, { timeoutMs: 60_000 }),
      );
      setTimeout(() => one.close(), 300);
      expect((await Promise.all(runs)).map(codeOf)).toEqual(["aborted", "aborted"]);
      expect(codeOf(await one.run("export const run = () => 1"))).toBe("aborted");
    });

    it("gives the same time zone and no clock finer than the page's", async () => {
      expect(
        outputOf(await sandbox.run("export const run = () => new Date(2026, 0).getTimezoneOffset()")),
      ).toBe(0);
    });

    it("fails a run whose listener throws", async () => {
      const outcome = await sandbox.run("export const run = () => console.log(1)", undefined, {
        onOutput() {
          throw new Error("mine");
        },
      });
      expect(codeOf(outcome)).toBe("handler-failed");
    });

    it.each([
      { memoryBytes: 10 },
      { timeoutMs: 0 },
      { timeoutMs: Number.NaN },
      { maxParallel: 0 },
      { resultBytes: -1 },
    ])("refuses the bounds %j", (options) => {
      expect(() => create(options)).toThrow(expect.objectContaining({ code: "invalid-option" }));
    });

    it("says so where the engine is not found", async () => {
      const lost = create({ wasmUrl: new URL("file:///nowhere/quickjs.wasm") });
      expect(codeOf(await lost.run("export const run = () => 1"))).toBe("sandbox-unavailable");
      lost.close();
    });
  });
}
