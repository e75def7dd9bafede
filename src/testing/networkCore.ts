import type { Bytes } from "../core/bytes.js";
import type { Cancel, Clock } from "../core/clock.js";
import type { PeerId } from "../core/identity/ids.js";
import type { Swarm, SwarmOptions } from "../core/index.js";
import type { Runtime } from "../core/runtime.js";
import type { Storage } from "../core/storage/storage.js";
import type { LaneName, Link, Transport, TransportEvents } from "../core/transport/transport.js";
import type { SeededRandom } from "./seededRandom.js";
import type { WorkTracker } from "./workTracker.js";

/** How the simulated network behaves; see `MemoryNetworkOptions`. */
export interface NetworkBehaviour {
  latencyMs: number;
  jitterMs: number;
  bytesPerSecond: number;
  datagramLoss: number;
}

/** One simulated browser tab: what runs in it can sleep, crash and lie without knowing. */
export interface MemoryHost {
  readonly name: string;
  /** Time, chance and signatures of this tab; stands still while it sleeps. */
  readonly runtime: Runtime;
  readonly transport: Transport;
  /** What this tab keeps beyond its end; hand it to the tab's next life: `network.host(name, { storage })`. */
  readonly storage: Storage;
  /**
   * A swarm that lives in this tab, with identity `session` unless told otherwise. Simulated time waits for the
   * signatures of an identity that is given, so they must not wait for simulated time themselves.
   */
  swarm(options?: Omit<SwarmOptions, "transport" | "runtime">): Swarm;
  /** Freezes the tab: nothing runs, what arrives waits. Its links stay up. */
  sleep(): void;
  /** Thaws it: overdue timers and what arrived meanwhile come at once, in order. */
  wake(): void;
  /** Ends the tab without a goodbye. */
  crash(): void;
  readonly isAsleep: boolean;
  readonly isCrashed: boolean;
  /**
   * Makes the tab lie: called with every message that it sends on a link; what it returns is sent instead,
   * `undefined` drops it.
   */
  tamper: ((message: Bytes, lane: LaneName) => Bytes | undefined) | undefined;
  /** Runs `task` in this tab: now, on waking, or never. */
  run(task: () => void): void;
}

/** A tab's seat in a room of the simulated signalling server. */
export interface Seat {
  readonly host: MemoryHost;
  readonly room: string;
  readonly peerId: PeerId;
  readonly events: TransportEvents;
  /** What this seat believes to be in the room. */
  readonly known: Set<PeerId>;
  /** Links that this seat dialled or answered. */
  readonly links: Set<Link>;
  /** The seat was given up: nothing is told to it any more. */
  isClosed: boolean;
  /** When the last signalling message to this seat arrives; signalling keeps its order. */
  arrivesMs: number;
}

/** The simulated signalling server: who is in which room. */
export interface MemoryServer {
  readonly isUp: boolean;
  rooms(): readonly string[];
  seats(room: string): ReadonlyMap<PeerId, Seat>;
  enter(seat: Seat): void;
  exit(seat: Seat): void;
  isSeated(seat: Seat): boolean;
  /** Stops: every seat loses signalling, links live on. */
  stop(): void;
  /** Comes back empty, as a real server does. */
  start(): void;
  /** Most members of a room; default no limit. */
  maxRoomSize: number;
  /** Whether somebody with this token may enter a room; default everyone. */
  authorize: ((entry: { readonly room: string; readonly token: string | undefined }) => boolean) | undefined;
}

/** How a simulated STUN or TURN server takes those who ask it; links do not depend on it. */
export type MemoryIceServer = "answers" | "refuses" | "silent";

/** A connection between two tabs. */
export interface MemoryWire {
  /** Looks again whether there is a path between the two. */
  pathChanged(): void;
  touches(host: MemoryHost): boolean;
}

/** What the parts of a simulated network share. */
export interface NetworkCore {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly options: NetworkBehaviour;
  readonly tracker: WorkTracker;
  readonly server: MemoryServer;
  /** The server at an address, `memory` for the first one. */
  serverAt(url: string): MemoryServer | undefined;
  /** By URL; who is not there is silent. */
  readonly iceServers: ReadonlyMap<string, MemoryIceServer>;
  readonly wires: Set<MemoryWire>;
  linkCount: number;
  /** Runs `deliver` after a delay and counts it as under way until then. */
  deliverIn(delayMs: number, deliver: () => void): Cancel;
  hasPath(a: MemoryHost, b: MemoryHost): boolean;
}
