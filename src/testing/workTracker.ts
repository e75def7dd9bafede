import type { Ed25519, SigningKey, VerifySignature } from "../core/identity/ed25519.js";
import { nextTask } from "../core/task.js";

/** Counts asynchronous work under way, so that a test can wait for its end. */
export interface WorkTracker {
  readonly pending: number;
  track<T>(work: Promise<T>): Promise<T>;
  /** The same algorithm, with every operation counted. */
  trackEd25519(inner: Ed25519): Ed25519;
  /** Resolves when no work is pending and no task of its consequences is left. */
  idle(): Promise<void>;
}

export function workTracker(): WorkTracker {
  let pending = 0;
  const track = async <T>(work: Promise<T>): Promise<T> => {
    pending++;
    try {
      return await work;
    } finally {
      pending--;
    }
  };
  const trackKey = (key: SigningKey): SigningKey => ({ ...key, sign: (message) => track(key.sign(message)) });

  return {
    get pending() {
      return pending;
    },
    track,
    trackEd25519: (inner) => ({
      generate: async (options) => trackKey(await track(inner.generate(options))),
      restore: async (stored) => trackKey(await track(inner.restore(stored))),
      fromSeed: async (seed) => trackKey(await track(inner.fromSeed(seed))),
      async verifier(publicKey): Promise<VerifySignature> {
        const verify = await track(inner.verifier(publicKey));
        return (signature, message) => track(verify(signature, message));
      },
    }),
    async idle() {
      // Two quiet turns in a row: the first one may have been between a promise and its consequence.
      let quietTurns = 0;
      while (quietTurns < 2) {
        await nextTask();
        quietTurns = pending === 0 ? quietTurns + 1 : 0;
      }
    },
  };
}
