import { settleWithin } from "../../core/abort.js";
import { systemClock } from "../../core/clock.js";
import { SwarmError } from "../../core/errors.js";
import { openSandboxWorker, type SandboxWorker, type WorkerLike } from "./sandboxWorker.js";

/** How long a run may wait for its turn before it fails: others hold every worker. */
const TURN_TIMEOUT_MS = 600_000;

/** Workers that are kept for the next run, at most so many at once. */
export interface WorkerPool {
  /**
   * A worker of one's own, once there is one. Give it back, or discard it where it was ended.
   * @throws SwarmError `aborted`, `sandbox-unavailable`
   */
  take(signal: AbortSignal | undefined): Promise<SandboxWorker>;
  giveBack(worker: SandboxWorker): void;
  discard(worker: SandboxWorker): void;
  /** Ends every worker; those that are taken too. */
  close(): void;
}

export function createWorkerPool(createWorker: () => WorkerLike, maxParallel: number): WorkerPool {
  const all = new Set<SandboxWorker>();
  const idle: SandboxWorker[] = [];
  const waiting = new Set<() => void>();

  const open = (): SandboxWorker | undefined => {
    const rested = idle.pop();
    if (rested !== undefined || all.size >= maxParallel) return rested;
    const worker = openSandboxWorker(createWorker());
    all.add(worker);
    return worker;
  };
  const next = (): void => {
    const [first] = waiting;
    first?.();
  };
  return {
    async take(signal) {
      const free = open();
      if (free !== undefined) return free;
      return settleWithin<SandboxWorker>(
        {
          clock: systemClock,
          timeoutMs: TURN_TIMEOUT_MS,
          signal,
          what: "Waiting for a sandbox",
          onTimeout: () =>
            new SwarmError("sandbox-unavailable", {
              what: `No sandbox was free for ${TURN_TIMEOUT_MS / 60_000} minutes.`,
              why: `All ${maxParallel} are in use.`,
              fix: "Raise maxParallel, or run less at once.",
            }),
        },
        (resolve, reject) => {
          const turn = (): void => {
            waiting.delete(turn);
            try {
              const worker = open();
              if (worker !== undefined) resolve(worker);
            } catch (error) {
              reject(error);
            }
          };
          waiting.add(turn);
          return () => waiting.delete(turn);
        },
      );
    },
    giveBack(worker) {
      worker.rest();
      idle.push(worker);
      next();
    },
    discard(worker) {
      worker.terminate();
      all.delete(worker);
      next();
    },
    close() {
      for (const worker of all) worker.terminate();
      all.clear();
      idle.length = 0;
    },
  };
}
