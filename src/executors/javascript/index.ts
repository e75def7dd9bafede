/**
 * JavaScript of others, run in a sandbox. Needs the package `quickjs-wasi`. Importing it has no side effect; the
 * engine is loaded with the first run.
 * @packageDocumentation
 */

export { type JavaScriptWork, javaScriptExecutor, javaScriptTask } from "./javaScriptTask.js";
export type { OutputStream } from "./protocol.js";
export {
  createJavaScriptSandbox,
  type JavaScriptSandbox,
  type JavaScriptSandboxOptions,
  type SandboxOutcome,
  type SandboxRunOptions,
} from "./sandbox.js";
export type { WorkerLike } from "./sandboxWorker.js";
