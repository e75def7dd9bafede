import { openDB } from "idb";
import type { StoredAgreementKey } from "../sealing/x25519.js";
import type { StoredSigningKey } from "./ed25519.js";

/** The keys of an agent as IndexedDB keeps them. `sealing` is absent where it is derived from the seed. */
export type StoredIdentity = StoredSigningKey & { readonly sealing?: StoredAgreementKey };

const DATABASE_NAME = "peerswarm";
const DATABASE_VERSION = 1;
const STORE_NAME = "identity";
const KEY_NAME = "default";

// Where there is no IndexedDB (Node, some private windows) the identity lives as long as the process.
let memoryIdentity: StoredIdentity | undefined;

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
export async function readStoredIdentity(): Promise<StoredIdentity | undefined> {
  if (memoryIdentity !== undefined) return memoryIdentity;
  return withStore(
    async (database) => (await database.get(STORE_NAME, KEY_NAME)) as StoredIdentity | undefined,
  );
}

/**
 * Keeps what `choose` makes of the record that is there, in one transaction with reading it, so that tabs that
 * do so at once agree; returns what is kept.
 */
export async function updateStoredIdentity(
  choose: (stored: StoredIdentity | undefined) => StoredIdentity,
): Promise<StoredIdentity> {
  const kept = await withStore(async (database) => {
    const transaction = database.transaction(STORE_NAME, "readwrite");
    const existing = (await transaction.store.get(KEY_NAME)) as StoredIdentity | undefined;
    const chosen = choose(existing);
    if (chosen !== existing) await transaction.store.put(chosen, KEY_NAME);
    await transaction.done;
    return chosen;
  });
  if (kept !== undefined) return kept;
  memoryIdentity = choose(memoryIdentity);
  return memoryIdentity;
}

/** Keeps `candidate` unless another tab was first; returns the one that is kept. */
export function storeIdentityOnce(candidate: StoredIdentity): Promise<StoredIdentity> {
  return updateStoredIdentity((stored) => stored ?? candidate);
}
