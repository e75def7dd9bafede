import type { Bytes } from "./bytes.js";
import { type Clock, systemClock } from "./clock.js";
import { type Ed25519, platformEd25519 } from "./identity/ed25519.js";
import type { Cpace } from "./secret/cpace.js";
import { platformStorage } from "./storage/platformStorage.js";
import type { Storage } from "./storage/storage.js";
import type { PartStore } from "./transfers/sinks/partStore.js";

/**
 * What the core takes from the platform: time, chance, signatures and storage. Tests pass their own, so that
 * a run can be repeated and waited for.
 */
export interface Runtime {
  readonly clock: Clock;
  randomBytes(count: number): Bytes;
  /** A number from 0 (included) to 1 (excluded), for jitter only. */
  random(): number;
  ed25519(): Promise<Ed25519>;
  /** What proves a room's secret; loaded only where there is one. */
  cpace(): Promise<Cpace>;
  /** Records that outlive the page. */
  readonly storage: Storage;
  /**
   * Where received files are kept on request. Default the origin-private file system, and `storage` where there
   * is none.
   */
  readonly parts?: PartStore;
  /**
   * Least time between two calls of the store's listeners for what other members do: who looks at a screen sees no more,
   * and a thousand who join would each draw it anew. Default 0: at once, for whoever turns the clock by hand.
   */
  readonly newsEveryMs?: number;
  /**
   * Hands on work that the platform does outside of our own tasks (WebCrypto, files), so that a test can wait
   * for it. A wait for a peer or for time does not belong here.
   */
  track<T>(work: Promise<T>): Promise<T>;
}

const NEWS_EVERY_MS = 100;

/** The runtime of a real page or process. */
export const platformRuntime: Runtime = {
  clock: systemClock,
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  random: () => Math.random(),
  ed25519: () => platformEd25519(),
  cpace: async () => (await import("./secret/cpace.js")).cpace,
  get storage() {
    return platformStorage();
  },
  newsEveryMs: NEWS_EVERY_MS,
  track: (work) => work,
};
