// The script of the dedicated worker (a worker thread in Node): one run after the other, each in an engine of its own.
import { runInMachine } from "./machine.js";
import { nodeModule } from "./nodeModules.js";
import type { RunOrder, WorkerReport } from "./protocol.js";

const thread = nodeModule("node:worker_threads")?.parentPort ?? undefined;
const page = globalThis as unknown as {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: RunOrder }) => void): void;
};

const report = (message: WorkerReport): void => (thread ?? page).postMessage(message);
const obey = (order: RunOrder): void => void runInMachine(order, report);

if (thread === undefined) page.addEventListener("message", ({ data }) => obey(data));
else thread.on("message", obey);
