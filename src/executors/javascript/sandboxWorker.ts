import { SwarmError } from "../../core/errors.js";
import { nodeModule } from "./nodeModules.js";
import type { RunOrder, WorkerReport } from "./protocol.js";

/** A `Worker` of a browser, or of Node's `worker_threads`. */
export type WorkerLike = WebWorker | NodeWorker;

interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: string }) => void): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  ref(): void;
  unref(): void;
  on(type: "message", listener: (message: unknown) => void): unknown;
  on(type: "error", listener: (error: Error) => void): unknown;
}

/** What is heard of a worker during a run. */
export interface WorkerListener {
  report(message: WorkerReport): void;
  broke(why: string): void;
}

/** One worker, whichever platform it is of; one run at a time. */
export interface SandboxWorker {
  start(order: RunOrder, listener: WorkerListener): void;
  /** The run is over: the worker waits for the next one, and keeps no process alive. */
  rest(): void;
  terminate(): void;
}

/** What bundlers recognise: they bundle the worker's script and put its address here. */
export function createDefaultWorker(): WorkerLike {
  if (typeof Worker === "function") {
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  }
  const threads = nodeModule("node:worker_threads");
  if (threads !== undefined)
    return new threads.Worker(new URL("./worker.js", import.meta.url), { execArgv: [] });
  throw new SwarmError("sandbox-unavailable", {
    what: "This platform has no workers.",
    why: "A sandbox runs in a worker, so that it can be ended.",
    fix: "Use a browser, or Node 20.16 or later; or pass createWorker.",
  });
}

export function openSandboxWorker(worker: WorkerLike): SandboxWorker {
  let listener: WorkerListener | undefined;
  const report = (message: unknown): void => listener?.report(message as WorkerReport);
  const broke = (why: string | undefined): void => listener?.broke(why || "It gives no reason.");
  if ("on" in worker) {
    worker.on("message", report);
    worker.on("error", (error) => broke(error.message));
  } else {
    worker.addEventListener("message", ({ data }) => report(data));
    worker.addEventListener("error", ({ message }) => broke(message));
  }
  return {
    start(order, next) {
      listener = next;
      if ("ref" in worker) worker.ref();
      worker.postMessage(order);
    },
    rest() {
      listener = undefined;
      if ("unref" in worker) worker.unref();
    },
    terminate() {
      listener = undefined;
      worker.terminate();
    },
  };
}
