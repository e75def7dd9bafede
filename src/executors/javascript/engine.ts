import { settleWithin } from "../../core/abort.js";
import { systemClock } from "../../core/clock.js";
import { SwarmError, textOf } from "../../core/errors.js";
import { nodeModule } from "./nodeModules.js";

/** A server that has not sent the engine by then is taken for one that never will. */
const LOAD_TIMEOUT_MS = 60_000;

function defaultUrl(): string {
  // Bundlers know the second form, and copy the file; Node has the first.
  return nodeModule("node:worker_threads") === undefined
    ? new URL("quickjs-wasi/quickjs.wasm", import.meta.url).href
    : import.meta.resolve("quickjs-wasi/quickjs.wasm");
}

async function readBytes(url: string, signal: AbortSignal): Promise<BufferSource> {
  const files = nodeModule("node:fs/promises");
  if (files !== undefined && url.startsWith("file:"))
    return new Uint8Array(await files.readFile(new URL(url)));
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.arrayBuffer();
}

function withinTime<T>(load: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const limits = {
    clock: systemClock,
    timeoutMs: LOAD_TIMEOUT_MS,
    what: "Loading the engine",
    onTimeout: () =>
      new SwarmError("sandbox-unavailable", { what: `It has not come within ${LOAD_TIMEOUT_MS / 1000} s.` }),
  };
  return settleWithin<T>(limits, (resolve, reject) => {
    load(stop.signal).then(resolve, reject);
    return () => stop.abort();
  });
}

/** Compiles the engine. @throws SwarmError `sandbox-unavailable` */
export async function loadEngine(wasmUrl: string | URL | undefined): Promise<WebAssembly.Module> {
  try {
    return await withinTime(async (signal) =>
      WebAssembly.compile(await readBytes(String(wasmUrl ?? defaultUrl()), signal)),
    );
  } catch (cause) {
    throw new SwarmError("sandbox-unavailable", {
      what: "The engine of the sandbox could not be loaded.",
      why: textOf(cause),
      fix: "Pass wasmUrl where your bundler does not find quickjs-wasi/quickjs.wasm; a CSP has to allow 'wasm-unsafe-eval' and the file's origin.",
      cause,
    });
  }
}
