import { openDB } from "idb";
import type { StoredSigningKey } from "./ed25519.js";

const DATABASE_NAME = "peerswarm";
const DATABASE_VERSION = 1;
const STORE_NAME = "identity";
const KEY_NAME = "default";

// Where there is no IndexedDB (Node, some private windows) the identity lives as long as the process.
let memoryIdentity: StoredSigningKey | undefined;

async function withStore<T>(
  run: (database: Awaited<ReturnType<typeof openDB>>) => Promise<T>,
): Promise<T | undefined> {
  if (typeof indexedDB === "undefined") return undefined;
  let database: Awaited<ReturnType<typeof openDB>>;
  try {
    database = await openDB(DATABASE_NAME, DATABASE_VERSION, {
      upgrade: (upgraded) => void upgraded.createObjectStore(STORE_NAME),
    });
  } catch {
    return undefined;
  }
  try {
    return await run(database);
  } finally {
    database.close();
  }
}

/** The origin's identity, if it has one. */
export async function readStoredIdentity(): Promise<StoredSigningKey | undefined> {
  if (memoryIdentity !== undefined) return memoryIdentity;
  return withStore(
    async (database) => (await database.get(STORE_NAME, KEY_NAME)) as StoredSigningKey | undefined,
  );
}

/** Keeps `candidate` unless another tab was first; returns the one that is kept. */
export async function storeIdentityOnce(candidate: StoredSigningKey): Promise<StoredSigningKey> {
  const kept = await withStore(async (database) => {
    const transaction = database.transaction(STORE_NAME, "readwrite");
    const existing = (await transaction.store.get(KEY_NAME)) as StoredSigningKey | undefined;
    if (existing === undefined) await transaction.store.put(candidate, KEY_NAME);
    await transaction.done;
    return existing ?? candidate;
  });
  if (kept !== undefined) return kept;
  memoryIdentity ??= candidate;
  return memoryIdentity;
}
