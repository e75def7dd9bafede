import type { Storage } from "../core/storage/storage.js";
import type { WorkTracker } from "./workTracker.js";

export interface HostStorageOptions {
  /** Runs a task in the tab: now, on waking, or never. */
  readonly run: (task: () => void) => void;
  readonly tracker: WorkTracker;
  /** Resolves when the tab crashes. */
  readonly crashed: Promise<void>;
}

/** A tab's view of storage: answers wait while it sleeps, never come after a crash, and its locks end with it. */
export function hostStorage(inner: Storage, { run, tracker, crashed }: HostStorageOptions): Storage {
  const inTab = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      tracker.track(work).then(
        (value) => run(() => resolve(value)),
        (error: unknown) => run(() => reject(error)),
      );
    });
  // What a crashed tab still asks for is not even begun.
  const begin = <T>(work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => run(() => inTab(work()).then(resolve, reject)));

  return {
    get: (collection, key) => begin(() => inner.get(collection, key)),
    entries: (collection, range) => begin(() => inner.entries(collection, range)),
    write: (changes) => begin(() => inner.write(changes)),
    exclusively: (name, work, options) =>
      inner.exclusively(name, () => Promise.race([work(), crashed as Promise<never>]), options),
  };
}
