import type { Bytes } from "../core/bytes.js";
import type { Cancel, Clock } from "../core/clock.js";
import { createSwarm, type Swarm, type SwarmOptions } from "../core/index.js";
import type { Runtime } from "../core/runtime.js";
import type { LaneName, Transport } from "../core/transport/transport.js";
import { memoryTransport } from "./memoryTransport.js";
import type { NetworkCore } from "./networkCore.js";

/** One simulated browser tab: what runs in it can sleep, crash and lie without knowing. */
export interface MemoryHost {
  readonly name: string;
  /** Time, chance and signatures of this tab; stands still while it sleeps. */
  readonly runtime: Runtime;
  readonly transport: Transport;
  /** A swarm that lives in this tab, with identity `session` unless told otherwise. */
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

export function createHost(core: NetworkCore, name: string, onCrash: (host: MemoryHost) => void): MemoryHost {
  let isAsleep = false;
  let isCrashed = false;
  let waiting: (() => void)[] = [];

  const run = (task: () => void): void => {
    if (isCrashed) return;
    if (isAsleep) waiting.push(task);
    else task();
  };

  const clock: Clock = {
    now: () => core.clock.now(),
    setTimer(delayMs, callback): Cancel {
      let isCancelled = false;
      const cancel = core.clock.setTimer(delayMs, () => run(() => (isCancelled ? undefined : callback())));
      return () => {
        isCancelled = true;
        cancel();
      };
    },
  };

  const runtime: Runtime = {
    clock,
    randomBytes: (count) => core.random.bytes(count),
    random: () => core.random.next(),
    ed25519: async () => core.tracker.trackEd25519(await core.tracker.track(core.ed25519())),
  };

  const host: MemoryHost = {
    name,
    runtime,
    get transport() {
      return transport;
    },
    swarm: (options = {}) => createSwarm({ identity: "session", name, ...options, transport, runtime }),
    sleep() {
      isAsleep = true;
    },
    wake() {
      isAsleep = false;
      const tasks = waiting;
      waiting = [];
      for (const task of tasks) run(task);
    },
    crash() {
      isCrashed = true;
      waiting = [];
      onCrash(host);
    },
    get isAsleep() {
      return isAsleep;
    },
    get isCrashed() {
      return isCrashed;
    },
    tamper: undefined,
    run,
  };
  const transport = memoryTransport(core, host);
  return host;
}
