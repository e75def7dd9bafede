import { Worker } from "node:worker_threads";
import { createJavaScriptSandbox } from "peerswarm/executors/javascript";
import { build, type Rolldown } from "vite";
import { root } from "../../../scripts/entries.mjs";
import { describeSandbox } from "./sandboxContract.js";

/** Node runs no TypeScript: the worker's script as one module of JavaScript. */
async function workerScript(): Promise<URL> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "node20",
      minify: false,
      lib: { entry: `${root}src/executors/javascript/worker.ts`, formats: ["es"] },
    },
  });
  const [{ output }] = [result].flat() as [Rolldown.RolldownOutput];
  return new URL(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}

const script = await workerScript();
const wasmUrl = new URL(`file://${root}node_modules/quickjs-wasi/quickjs.wasm`);

describeSandbox("Node", (options) =>
  createJavaScriptSandbox({ wasmUrl, createWorker: () => new Worker(script, { execArgv: [] }), ...options }),
);
