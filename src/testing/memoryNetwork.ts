import type { Clock } from "../core/clock.js";
import type { Swarm, SwarmOptions } from "../core/index.js";
import { memoryStorage } from "../core/storage/memoryStorage.js";
import type { Storage } from "../core/storage/storage.js";
import { parseServerAddress } from "../core/transport/peerjs/serverAddress.js";
import { type ManualClock, manualClock } from "./manualClock.js";
import { createHost } from "./memoryHost.js";
import { createMemoryServer } from "./memoryServer.js";
import { MEMORY_URL, tell } from "./memoryTransport.js";
import type {
  MemoryHost,
  MemoryIceServer,
  MemoryServer,
  NetworkBehaviour,
  NetworkCore,
  Seat,
} from "./networkCore.js";
import { seededRandom } from "./seededRandom.js";
import { workTracker } from "./workTracker.js";

/** Options of {@link memoryNetwork}. */
export interface MemoryNetworkOptions {
  /** Same seed, same run. Default 1. */
  readonly seed?: number;
  /** One-way delay of signalling and data. Default 1. */
  readonly latencyMs?: number;
  /** Most that is added to the latency, by chance. Default 0. */
  readonly jitterMs?: number;
  /** Of each link and direction. Default no limit. */
  readonly bytesPerSecond?: number;
  /** Share of datagrams that never arrive, 0 to 1. Default 0. */
  readonly datagramLoss?: number;
  /** Default a {@link manualClock}; `systemClock` runs in real time, for stories and demos. */
  readonly clock?: Clock;
}

/** A network in one process: many tabs, one signalling server, and faults at will. */
export interface MemoryNetwork {
  readonly clock: Clock;
  readonly server: MemoryServer;
  /**
   * Another signalling server, or the one that is there already. Swarms come to it by `configureSignaling({ url })`.
   * @param url for example `http://second.example`
   */
  serverAt(url: string): MemoryServer;
  /** Simulated STUN and TURN servers by their URL, for `testSettings("ice")`; one that is not here is silent. */
  readonly iceServers: Map<string, MemoryIceServer>;
  /** May be changed while the network runs. */
  readonly behaviour: NetworkBehaviour;
  /** A new tab. With the `storage` of an earlier one it is that tab after a reload, or another of its origin. */
  host(name?: string, options?: { storage?: Storage }): MemoryHost;
  /** A swarm in a tab of its own; short for `host().swarm(options)`. */
  swarm(options?: Omit<SwarmOptions, "transport" | "runtime">): Swarm;
  /** Splits the data network: hosts of different groups lose their paths; signalling stays. */
  partition(...groups: readonly (readonly MemoryHost[])[]): void;
  /** Ends every partition. */
  heal(): void;
  /** Data links that exist. */
  readonly linkCount: number;
  /**
   * Waits until nothing is under way: no message in flight, no signature being made or checked. Turns a manual
   * clock only as far as that needs, so time-outs do not fire.
   */
  settle(): Promise<void>;
  /** Turns a manual clock by `ms`, letting everything happen that is due on the way. */
  advance(ms: number): Promise<void>;
  /** Timers that wait on a manual clock, for leak checks. */
  readonly pendingTimers: number;
}

function isManual(clock: Clock): clock is ManualClock {
  return "turnTo" in clock;
}

/**
 * Makes a network in one process, with real signatures and simulated tabs, links and signalling.
 * @example
 * const network = memoryNetwork({ latencyMs: 20 });
 * const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
 * const joined = Promise.all([ada.join(), bob.join()]);
 * await network.settle();
 * await joined;
 */
export function memoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const clock = options.clock ?? manualClock();
  const tracker = workTracker();
  const random = seededRandom(options.seed ?? 1);
  const behaviour: NetworkBehaviour = {
    latencyMs: options.latencyMs ?? 1,
    jitterMs: options.jitterMs ?? 0,
    bytesPerSecond: options.bytesPerSecond ?? Infinity,
    datagramLoss: options.datagramLoss ?? 0,
  };
  const groupOf = new Map<MemoryHost, number>();
  let inFlight = 0;
  let hostCount = 0;

  const server: MemoryServer = createMemoryServer((seat, message) => tell(core, seat, message));
  const servers = new Map([[MEMORY_URL, server]]);
  const iceServers = new Map<string, MemoryIceServer>();
  const core: NetworkCore = {
    clock,
    tracker,
    server,
    serverAt: (url) => servers.get(url),
    iceServers,
    random,
    options: behaviour,
    wires: new Set(),
    linkCount: 0,
    deliverIn(delayMs, deliver) {
      inFlight++;
      let isPending = true;
      const end = (): void => {
        if (isPending) inFlight--;
        isPending = false;
      };
      const cancel = clock.setTimer(delayMs, () => {
        end();
        deliver();
      });
      return () => {
        cancel();
        end();
      };
    },
    hasPath: (a, b) => !a.isCrashed && !b.isCrashed && groupOf.get(a) === groupOf.get(b),
  };

  const pathsChanged = (): void => {
    for (const wire of [...core.wires]) wire.pathChanged();
  };

  const host: MemoryNetwork["host"] = (
    name = `host-${hostCount + 1}`,
    { storage = memoryStorage() } = {},
  ) => {
    hostCount++;
    return createHost(core, name, storage, (crashed) => {
      // The server notices at once, because the tab's socket closes with its process.
      for (const each of servers.values()) for (const seat of seatsOf(each, crashed)) each.exit(seat);
      for (const wire of [...core.wires]) if (wire.touches(crashed)) wire.pathChanged();
    });
  };

  const seatsOf = (at: MemoryServer, of: MemoryHost): Seat[] =>
    at.rooms().flatMap((room) => [...at.seats(room).values()].filter((seat) => seat.host === of));

  return {
    clock,
    server,
    serverAt(url) {
      const address = url === MEMORY_URL ? url : parseServerAddress(url).url;
      const known = servers.get(address);
      if (known !== undefined) return known;
      const made = createMemoryServer((seat, message) => tell(core, seat, message));
      servers.set(address, made);
      return made;
    },
    iceServers,
    behaviour,
    host,
    swarm: (swarmOptions) => host(swarmOptions?.name).swarm(swarmOptions),
    partition(...groups) {
      groupOf.clear();
      groups.forEach((group, index) => {
        for (const member of group) groupOf.set(member, index + 1);
      });
      pathsChanged();
    },
    heal() {
      groupOf.clear();
      pathsChanged();
    },
    get linkCount() {
      return core.wires.size;
    },
    async settle() {
      for (;;) {
        await tracker.idle();
        if (inFlight === 0) return;
        if (isManual(clock) && clock.nextDueMs !== undefined) clock.turnTo(clock.nextDueMs);
      }
    },
    async advance(ms) {
      if (!isManual(clock))
        throw new TypeError("advance() needs a manual clock; this network runs in real time");
      const endMs = clock.now() + ms;
      for (;;) {
        await tracker.idle();
        const next = clock.nextDueMs;
        if (next === undefined || next > endMs) break;
        clock.turnTo(next);
      }
      clock.turnTo(endMs);
      await tracker.idle();
    },
    get pendingTimers() {
      return isManual(clock) ? clock.pendingTimers : 0;
    },
  };
}
