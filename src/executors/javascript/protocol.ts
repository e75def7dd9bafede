import type { RunLimits } from "./limits.js";
import type { PackedValue } from "./packedValue.js";

/** Where printed text goes. */
export type OutputStream = "stdout" | "stderr";

/** What the page says to its worker, once for each run. */
export interface RunOrder {
  readonly wasm: WebAssembly.Module;
  readonly code: string;
  readonly input: PackedValue;
  readonly limits: RunLimits;
}

/** How a run failed. */
export type RunFailureCode = "sandbox-timeout" | "sandbox-memory" | "sandbox-output" | "sandbox-error";

/** How a run ended. What the script threw is text by now, cut to a bounded length. */
export type RunEnd =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly code: RunFailureCode; readonly thrown?: ThrownText };

/** What can be said of a thrown thing. */
export interface ThrownText {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What the worker says to the page. `started` comes first: from there on time counts. */
export type WorkerReport =
  | { readonly kind: "started" }
  | { readonly kind: "output"; readonly stream: OutputStream; readonly text: string }
  | { readonly kind: "progress"; readonly fraction: number; readonly note: string | undefined }
  | { readonly kind: "ended"; readonly end: RunEnd };
