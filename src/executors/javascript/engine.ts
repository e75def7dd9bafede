import { SwarmError, textOf } from "../../core/errors.js";
import { nodeModule } from "./nodeModules.js";

function defaultUrl(): string {
  // Bundlers know the second form, and copy the file; Node has the first.
  return nodeModule("node:worker_threads") === undefined
    ? new URL("quickjs-wasi/quickjs.wasm", import.meta.url).href
    : import.meta.resolve("quickjs-wasi/quickjs.wasm");
}

async function readBytes(url: string): Promise<BufferSource> {
  const files = nodeModule("node:fs/promises");
  if (files !== undefined && url.startsWith("file:"))
    return new Uint8Array(await files.readFile(new URL(url)));
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.arrayBuffer();
}

/** Compiles the engine. @throws SwarmError `sandbox-unavailable` */
export async function loadEngine(wasmUrl: string | URL | undefined): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await readBytes(String(wasmUrl ?? defaultUrl())));
  } catch (cause) {
    throw new SwarmError("sandbox-unavailable", {
      what: "The engine of the sandbox could not be loaded.",
      why: textOf(cause),
      fix: "Pass wasmUrl where your bundler does not find quickjs-wasi/quickjs.wasm; a CSP has to allow 'wasm-unsafe-eval' and the file's origin.",
      cause,
    });
  }
}
