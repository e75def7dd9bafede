import type { Job } from "./job.js";

/** Finished tasks whose results are remembered, and what they may come to together. */
export const MAX_REMEMBERED_RESULTS = 64;
export const MAX_REMEMBERED_BYTES: number = 8 * 1024 * 1024;

/** What was done lately, in case it is asked again. */
export interface ResultMemory {
  get(key: string): Job | undefined;
  keep(key: string, job: Job): void;
  forget(key: string): void;
  clear(): void;
}

export function createResultMemory(): ResultMemory {
  const results = new Map<string, Job>();

  const bytes = (): number => {
    let sum = 0;
    for (const job of results.values()) sum += job.keptBytes;
    return sum;
  };

  return {
    get: (key) => results.get(key),
    keep(key, job) {
      results.delete(key);
      if (!job.isReusable) return;
      results.set(key, job);
      for (const oldest of results.keys()) {
        if (results.size <= MAX_REMEMBERED_RESULTS && bytes() <= MAX_REMEMBERED_BYTES) break;
        results.delete(oldest);
      }
    },
    forget: (key) => void results.delete(key),
    clear: () => results.clear(),
  };
}
