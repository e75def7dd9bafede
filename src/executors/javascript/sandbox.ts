import { settleWithin, unlessAborted } from "../../core/abort.js";
import { systemClock } from "../../core/clock.js";
import { abortedError, SwarmError, toSwarmError } from "../../core/errors.js";
import { loadEngine } from "./engine.js";
import {
  LEAST_MEMORY_BYTES,
  MEMORY_BYTES,
  MOST_MEMORY_BYTES,
  OUTPUT_BYTES,
  RESULT_BYTES,
  type RunLimits,
  TIMEOUT_MS,
} from "./limits.js";
import { packValue } from "./packedValue.js";
import type { OutputStream, RunEnd, RunOrder, WorkerReport } from "./protocol.js";
import { runFailure } from "./runFailure.js";
import { createDefaultWorker, type SandboxWorker, type WorkerLike } from "./sandboxWorker.js";
import { createWorkerPool } from "./workerPool.js";

/** A worker that has not begun by then never will: its script was not found, or a CSP forbids it. */
const START_TIMEOUT_MS = 30_000;
/** The engine looks at the time itself; one that does not, because native code holds it, is ended this much later. */
const GRACE_MS = 500;

/** Bounds of every run, and how its parts are loaded. */
export interface JavaScriptSandboxOptions {
  /** What a run may allocate. Default 64 MiB, from 1 MiB to 2 GiB. */
  readonly memoryBytes?: number;
  /** How long a run may take, from when it begins. Default 10,000. */
  readonly timeoutMs?: number;
  /** How much a run may print, in UTF-8. Default 1 MiB. */
  readonly outputBytes?: number;
  /** How much a run may return: characters of JSON, and bytes of typed arrays. Default 8 MiB. */
  readonly resultBytes?: number;
  /** Runs at the same time, each in a worker of its own; others wait. Default one less than the processors, 1 to 4. */
  readonly maxParallel?: number;
  /** Where `quickjs-wasi/quickjs.wasm` is, for apps whose bundler does not find it. */
  readonly wasmUrl?: string | URL;
  /**
   * Starts `peerswarm/executors/javascript/worker`, for apps whose bundler does not find it: a `Worker` of type
   * `module`, or one of Node's `worker_threads`.
   */
  readonly createWorker?: () => WorkerLike;
}

/** Options of one run. */
export interface SandboxRunOptions {
  /** Ends the run at once, whatever it does. */
  readonly signal?: AbortSignal;
  /** Instead of the sandbox's. */
  readonly timeoutMs?: number;
  /**
   * Hears what the script prints: `console.log` is `stdout`, `console.warn` and `console.error` are `stderr`. Each of
   * the two in order; the order between them is kept for up to 8 changes in 50 ms.
   */
  readonly onOutput?: (text: string, stream: OutputStream) => void;
  /** Hears of `progress(fraction, note)`, at most some twenty times a second; the last one always. */
  readonly onProgress?: (fraction: number, note: string | undefined) => void;
}

/** How a run ended. */
export type SandboxOutcome<Output = unknown> =
  | { readonly ok: true; readonly output: Output }
  | {
      readonly ok: false;
      /**
       * `sandbox-timeout`, `sandbox-memory`, `sandbox-output`, `sandbox-error` (the script threw: `cause` is its stack
       * as text), `sandbox-unavailable`, `aborted`, `invalid-payload` (the input), `handler-failed` (`onOutput` or
       * `onProgress` threw)
       */
      readonly error: SwarmError;
    };

/** A place for JavaScript of others: without network, page, files or memory of the last run. */
export interface JavaScriptSandbox {
  /**
   * Runs a module that exports a function `run(input)`, which may be asynchronous. `input` and what it returns are
   * JSON values and typed arrays. The output is what a stranger gave: check it before use. Never rejects.
   */
  run(code: string, input?: unknown, options?: SandboxRunOptions): Promise<SandboxOutcome>;
  /** Ends every run (`aborted`) and its workers. Nothing runs afterwards. */
  close(): void;
}

function within(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new SwarmError("invalid-option", {
    what: `A sandbox cannot have ${value} as ${name}.`,
    fix: `Give a number from ${least} to ${most}.`,
  });
}

const MOST_TIMEOUT_MS = 86_400_000;
const MOST_PARALLEL = 64;

function limitsOf(options: JavaScriptSandboxOptions): RunLimits {
  const { memoryBytes = MEMORY_BYTES, timeoutMs = TIMEOUT_MS } = options;
  const { outputBytes = OUTPUT_BYTES, resultBytes = RESULT_BYTES } = options;
  return {
    memoryBytes: within("memoryBytes", memoryBytes, LEAST_MEMORY_BYTES, MOST_MEMORY_BYTES),
    timeoutMs: within("timeoutMs", timeoutMs, 1, MOST_TIMEOUT_MS),
    outputBytes: within("outputBytes", outputBytes, 0, MOST_MEMORY_BYTES),
    resultBytes: within("resultBytes", resultBytes, 1, MOST_MEMORY_BYTES),
  };
}

function parallelOf({ maxParallel }: JavaScriptSandboxOptions): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  const processors = navigator?.hardwareConcurrency ?? 2;
  return within("maxParallel", maxParallel ?? Math.max(1, Math.min(4, processors - 1)), 1, MOST_PARALLEL);
}

/**
 * What a worker reports of one run, until it has ended.
 * @throws SwarmError `aborted`, `sandbox-unavailable`, `handler-failed`; `sandbox-timeout` where it did not end by itself
 */
function follow(worker: SandboxWorker, order: RunOrder, options: SandboxRunOptions): Promise<RunEnd> {
  const { onOutput, onProgress, signal } = options;
  let cancelTimer = (): void => {};
  const unavailable = (why: string): SwarmError =>
    new SwarmError("sandbox-unavailable", {
      what: "The worker of the sandbox does not work.",
      why,
      fix: "Look whether its script loads and the CSP's worker-src allows it; pass createWorker where your bundler does not find it.",
    });
  const limits = {
    clock: systemClock,
    timeoutMs: START_TIMEOUT_MS + order.limits.timeoutMs,
    signal,
    what: "The run",
    onTimeout: () => unavailable(`It has not begun within ${START_TIMEOUT_MS / 1000} s.`),
  };
  return settleWithin<RunEnd>(limits, (resolve, reject) => {
    const hear = (message: WorkerReport): void => {
      switch (message.kind) {
        case "started":
          cancelTimer = systemClock.setTimer(order.limits.timeoutMs + GRACE_MS, () =>
            reject(runFailure({ ok: false, code: "sandbox-timeout" }, order.limits)),
          );
          return;
        case "output":
          return onOutput?.(message.text, message.stream);
        case "progress":
          return onProgress?.(message.fraction, message.note);
        case "ended":
          return resolve(message.end);
      }
    };
    worker.start(order, {
      report(message) {
        try {
          hear(message);
        } catch (error) {
          reject(toSwarmError(error, "handler-failed", "onOutput or onProgress of the run failed."));
        }
      },
      broke: (why) => reject(unavailable(why)),
    });
    return () => cancelTimer();
  });
}

const closedError = (): SwarmError =>
  new SwarmError("aborted", {
    what: "The sandbox is closed.",
    fix: "Make another with createJavaScriptSandbox().",
  });

/**
 * A sandbox for JavaScript that others wrote: an engine of its own (QuickJS in WebAssembly) in a worker, with nothing
 * of the host in it. Each run gets a fresh engine, bounded in memory, time, output and result; the page stays
 * responsive, and an endless loop can be ended. Inside there are the language's built-ins, `console` and
 * `progress(fraction, note)`; there is no network, no page, no storage, no timer, no `import`.
 *
 * Needs the package `quickjs-wasi`, and `'wasm-unsafe-eval'` where the page has a content security policy. Nothing is
 * loaded before the first run.
 *
 * @throws SwarmError `invalid-option`
 * @example
 * ```ts
 * const sandbox = createJavaScriptSandbox({ timeoutMs: 2000 });
 * const outcome = await sandbox.run("export const run = ({ a, b }) => a + b", { a: 1, b: 2 });
 * if (outcome.ok) console.log(outcome.output); // 3
 * ```
 */
export function createJavaScriptSandbox(options: JavaScriptSandboxOptions = {}): JavaScriptSandbox {
  const limits = limitsOf(options);
  const pool = createWorkerPool(options.createWorker ?? createDefaultWorker, parallelOf(options));
  const running = new Set<AbortController>();
  let isClosed = false;
  let loading: Promise<WebAssembly.Module> | undefined;

  const engine = (): Promise<WebAssembly.Module> => {
    loading ??= loadEngine(options.wasmUrl).catch((error: unknown) => {
      // A page that was offline for a moment can try again.
      loading = undefined;
      throw error;
    });
    return loading;
  };

  const runIn = async (order: RunOrder, runOptions: SandboxRunOptions): Promise<RunEnd> => {
    const worker = await pool.take(runOptions.signal);
    try {
      const end = await follow(worker, order, runOptions);
      pool.giveBack(worker);
      return end;
    } catch (error) {
      // Whatever it does, it does not do it any longer.
      pool.discard(worker);
      throw error;
    }
  };

  const outcomeOf = async (
    code: string,
    input: unknown,
    runOptions: SandboxRunOptions & { readonly signal: AbortSignal },
  ): Promise<SandboxOutcome> => {
    const { timeoutMs = limits.timeoutMs, signal } = runOptions;
    const bounds = { ...limits, timeoutMs: within("timeoutMs", timeoutMs, 1, MOST_TIMEOUT_MS) };
    const packed = packValue(input);
    const wasm = await unlessAborted(engine(), signal, "The run");
    const order = { wasm, code, input: packed, limits: bounds };
    const end = await runIn(order, runOptions);
    return end.ok ? end : { ok: false, error: runFailure(end, bounds) };
  };

  return {
    async run(code, input, runOptions = {}) {
      const { signal } = runOptions;
      const stop = new AbortController();
      const onAbort = (): void => stop.abort(signal?.reason);
      signal?.addEventListener("abort", onAbort);
      running.add(stop);
      try {
        if (isClosed) throw closedError();
        if (signal?.aborted) throw abortedError("The run", signal);
        return await outcomeOf(code, input, { ...runOptions, signal: stop.signal });
      } catch (error) {
        return { ok: false, error: toSwarmError(error, "sandbox-unavailable", "The sandbox failed.") };
      } finally {
        running.delete(stop);
        signal?.removeEventListener("abort", onAbort);
      }
    },
    close() {
      isClosed = true;
      for (const stop of running) stop.abort(closedError());
      pool.close();
    },
  };
}
