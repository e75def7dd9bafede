import type { Cancel, Clock } from "../core/clock.js";
import type { Ed25519 } from "../core/identity/ed25519.js";
import type { MemoryHost } from "./memoryHost.js";
import type { MemoryWire } from "./memoryLink.js";
import type { MemoryServer } from "./memoryServer.js";
import type { SeededRandom } from "./seededRandom.js";
import type { WorkTracker } from "./workTracker.js";

/** How the simulated network behaves; see `MemoryNetworkOptions`. */
export interface NetworkBehaviour {
  latencyMs: number;
  jitterMs: number;
  bytesPerSecond: number;
  datagramLoss: number;
}

/** What the parts of a simulated network share. */
export interface NetworkCore {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly ed25519: () => Promise<Ed25519>;
  readonly options: NetworkBehaviour;
  readonly tracker: WorkTracker;
  readonly server: MemoryServer;
  readonly wires: Set<MemoryWire>;
  linkCount: number;
  /** Runs `deliver` after a delay and counts it as under way until then. */
  deliverIn(delayMs: number, deliver: () => void): Cancel;
  hasPath(a: MemoryHost, b: MemoryHost): boolean;
}
