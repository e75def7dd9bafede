import type { Cancel } from "../clock.js";
import { isPeerId, type PeerId } from "./ids.js";

const KEY_PREFIX = "peerswarm:session:";
const LOCK_PREFIX = "peerswarm:session:";

/** A tab's claim on its session, so that a reload can say which session it takes the place of. */
export interface SessionClaim {
  /** The session that this tab had in this room before it was reloaded. */
  readonly replaces: PeerId | undefined;
  /** The session ended on purpose: the next one replaces nothing. */
  release: Cancel;
}

const NO_CLAIM: SessionClaim = { replaces: undefined, release: () => undefined };

/**
 * Finds the session before a reload in `sessionStorage` and puts the new one in its place. A duplicated tab
 * inherits the storage of one that is still alive, so each session holds a Web Lock while it lives, and
 * only a session whose lock is free is replaced.
 */
export async function claimSession(room: string, peerId: PeerId): Promise<SessionClaim> {
  const storage = tabStorage();
  const locks: LockManager | null | undefined = globalThis.navigator?.locks;
  if (storage === undefined || locks == null) return NO_CLAIM;
  const key = KEY_PREFIX + room;
  const previous = readItem(storage, key);
  const replaces = isPeerId(previous) && (await isFree(locks, previous)) ? previous : undefined;
  let release: Cancel = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  locks.request(LOCK_PREFIX + peerId, () => held).catch(() => undefined);
  writeItem(storage, key, peerId);
  return {
    replaces,
    release() {
      release();
      if (readItem(storage, key) === peerId) writeItem(storage, key, undefined);
    },
  };
}

async function isFree(locks: LockManager, peerId: PeerId): Promise<boolean> {
  try {
    return await locks.request(LOCK_PREFIX + peerId, { ifAvailable: true }, (lock) => lock !== null);
  } catch {
    return false;
  }
}

// Reading the property itself throws where storage is blocked. Node's own sessionStorage is no tab's.
function tabStorage(): Storage | undefined {
  try {
    return typeof document === "undefined" ? undefined : globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

function readItem(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function writeItem(storage: Storage, key: string, value: string | undefined): void {
  try {
    if (value === undefined) storage.removeItem(key);
    else storage.setItem(key, value);
  } catch {
    // A full or blocked storage costs the quick replacement after a reload, nothing else.
  }
}
