import type { Bytes } from "./bytes.js";
import { type Clock, systemClock } from "./clock.js";
import { type Ed25519, platformEd25519 } from "./identity/ed25519.js";

/**
 * What the core takes from the platform: time, chance and signatures. Tests pass their own, so that
 * a run can be repeated and waited for.
 */
export interface Runtime {
  readonly clock: Clock;
  randomBytes(count: number): Bytes;
  /** A number from 0 (included) to 1 (excluded), for jitter only. */
  random(): number;
  ed25519(): Promise<Ed25519>;
}

/** The runtime of a real page or process. */
export const platformRuntime: Runtime = {
  clock: systemClock,
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  random: () => Math.random(),
  ed25519: () => platformEd25519(),
};
