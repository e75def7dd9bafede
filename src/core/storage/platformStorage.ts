import { memoryStorage } from "./memoryStorage.js";
import type { Storage } from "./storage.js";

/** Storage whose code is loaded by the first call. */
function deferredStorage(load: () => Promise<Storage>): Storage {
  let loading: Promise<Storage> | undefined;
  const loaded = (): Promise<Storage> => {
    loading ??= load();
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  return {
    get: async (collection, key) => (await loaded()).get(collection, key),
    entries: async (collection, range) => (await loaded()).entries(collection, range),
    write: async (changes) => (await loaded()).write(changes),
    exclusively: async (name, work, options) => (await loaded()).exclusively(name, work, options),
  };
}

let shared: Storage | undefined;

/** The one storage of this origin, or of this process where there is no IndexedDB. */
export function platformStorage(): Storage {
  shared ??=
    typeof indexedDB === "undefined"
      ? memoryStorage()
      : deferredStorage(async () => (await import("./indexedDbStorage.js")).indexedDbStorage());
  return shared;
}
