import { type IDBPDatabase, openDB } from "idb";
import { abortedError, SwarmError, toSwarmError } from "../errors.js";
import type { Storage, StorageRange } from "./storage.js";
import { createTurns } from "./turns.js";

const DATABASE_NAME = "peerswarm-records";
const DATABASE_VERSION = 1;
const STORE_NAME = "records";
// Above every text key: in IndexedDB an array sorts after any text.
const AFTER_ALL_KEYS: IDBValidKey = [];

/** Storage in IndexedDB, with Web Locks where the browser has them. */
export function indexedDbStorage(databaseName: string = DATABASE_NAME): Storage {
  let opened: Promise<IDBPDatabase> | undefined;
  const database = (): Promise<IDBPDatabase> => {
    opened ??= openDB(databaseName, DATABASE_VERSION, {
      upgrade: (upgraded) => void upgraded.createObjectStore(STORE_NAME),
      // Somebody wants to change or delete the database, or the browser closed it: open it anew at the next call.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        opened = undefined;
      },
      terminated: () => {
        opened = undefined;
      },
    });
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  const run = async <T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> => {
    try {
      return await work(await database());
    } catch (error) {
      throw storageFailed(error);
    }
  };

  return {
    get: (collection, key) => run((open) => open.get(STORE_NAME, [collection, key])),
    entries: (collection, range = {}) =>
      run(async (open) => {
        // IndexedDB refuses a range without room.
        if (range.before !== undefined && range.before <= (range.from ?? "")) return [];
        const entries: [string, unknown][] = [];
        const store = open.transaction(STORE_NAME).store;
        let cursor = await store.openCursor(keyRange(collection, range), range.isReversed ? "prev" : "next");
        while (cursor !== null && entries.length < (range.limit ?? Infinity)) {
          entries.push([(cursor.key as [string, string])[1], cursor.value]);
          cursor = await cursor.continue();
        }
        return entries;
      }),
    write: (changes) =>
      run(async (open) => {
        // "strict": what we acknowledge to a peer must survive a power cut.
        const transaction = open.transaction(STORE_NAME, "readwrite", { durability: "strict" });
        const requests = changes.map(async ({ collection, key, value }) => {
          if (value === undefined) await transaction.store.delete([collection, key]);
          else await transaction.store.put(value, [collection, key]);
        });
        try {
          await Promise.all([...requests, transaction.done]);
        } catch (error) {
          abort(transaction);
          await Promise.allSettled([...requests, transaction.done]);
          throw error;
        }
      }),
    exclusively: browserTurns(),
  };
}

// A value that cannot be cloned throws before IndexedDB knows of it: the rest must not be written either.
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has aborted by itself.
  }
}

function keyRange(collection: string, { from = "", before }: StorageRange): IDBKeyRange {
  return IDBKeyRange.bound([collection, from], [collection, before ?? AFTER_ALL_KEYS], false, true);
}

function storageFailed(error: unknown): SwarmError {
  const cause = toSwarmError(error, "storage-failed", "The browser's storage (IndexedDB) refused.");
  if (cause.code === "storage-failed") return cause;
  return new SwarmError("storage-failed", { what: "The browser's storage refused.", cause });
}

function browserTurns(): Storage["exclusively"] {
  const { locks } = globalThis.navigator ?? {};
  if (locks === undefined) return createTurns();
  return async (name, work, { signal } = {}) => {
    try {
      return (await locks.request(
        `peerswarm:${name}`,
        signal === undefined ? {} : { signal },
        work,
      )) as never;
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw abortedError(`Waiting for "${name}"`, signal);
      throw error;
    }
  };
}
