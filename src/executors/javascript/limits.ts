/** Default of `memoryBytes`: 64 MiB. */
export const MEMORY_BYTES: number = 64 * 1024 * 1024;
/** Default of `timeoutMs`: 10 s. */
export const TIMEOUT_MS = 10_000;
/** Default of `outputBytes`, for what a run prints: 1 MiB. */
export const OUTPUT_BYTES: number = 1024 * 1024;
/** Default of `resultBytes`: 8 MiB. */
export const RESULT_BYTES: number = 8 * 1024 * 1024;
/** Less does not hold the engine itself. */
export const LEAST_MEMORY_BYTES: number = 1024 * 1024;
/** A WebAssembly memory ends at 4 GiB, and the engine wants room beside the run's own. */
export const MOST_MEMORY_BYTES: number = 2 * 1024 * 1024 * 1024;

/** What one run may use. */
export interface RunLimits {
  readonly memoryBytes: number;
  readonly timeoutMs: number;
  readonly outputBytes: number;
  readonly resultBytes: number;
}
