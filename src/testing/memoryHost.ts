import type { Cancel, Clock } from "../core/clock.js";
import { platformEd25519 } from "../core/identity/ed25519.js";
import type { Identity } from "../core/identity/identity.js";
import { createSwarm } from "../core/index.js";
import { platformRuntime, type Runtime } from "../core/runtime.js";
import type { Storage } from "../core/storage/storage.js";
import { storageParts } from "../core/transfers/sinks/partStore.js";
import { hostStorage } from "./hostStorage.js";
import { memoryTransport } from "./memoryTransport.js";
import type { MemoryHost, NetworkCore } from "./networkCore.js";
import type { WorkTracker } from "./workTracker.js";

/** Simulated time waits for what it does, wherever it was made. */
export function trackedIdentity(identity: Identity, { track }: Pick<WorkTracker, "track">): Identity {
  const { sealingKey } = identity;
  return {
    ...identity,
    sign: (message) => track(identity.sign(message)),
    sealingKey: {
      publicKey: sealingKey.publicKey,
      agree: (publicKey) => track(sealingKey.agree(publicKey)),
    },
  };
}

export function createHost(
  core: NetworkCore,
  name: string,
  storage: Storage,
  onCrash: (host: MemoryHost) => void,
): MemoryHost {
  let tellCrash = (): void => undefined;
  const crashed = new Promise<void>((resolve) => {
    tellCrash = resolve;
  });
  let isAsleep = false;
  let isCrashed = false;
  let waiting: (() => void)[] = [];
  // They end with the tab.
  const timers = new Set<Cancel>();

  const run = (task: () => void): void => {
    if (isCrashed) return;
    if (isAsleep) waiting.push(task);
    else task();
  };

  const clock: Clock = {
    now: () => core.clock.now(),
    setTimer(delayMs, callback): Cancel {
      // What a crashed tab had begun may still run into it.
      if (isCrashed) return () => undefined;
      let isCancelled = false;
      const cancelTimer = core.clock.setTimer(delayMs, () => {
        timers.delete(cancel);
        run(() => (isCancelled ? undefined : callback()));
      });
      const cancel = (): void => {
        isCancelled = true;
        timers.delete(cancel);
        cancelTimer();
      };
      timers.add(cancel);
      return cancel;
    },
  };

  const ownStorage = hostStorage(storage, { run, tracker: core.tracker, crashed });
  const runtime: Runtime = {
    clock,
    randomBytes: (count) => core.random.bytes(count),
    random: () => core.random.next(),
    ed25519: async () => core.tracker.trackEd25519(await core.tracker.track(platformEd25519())),
    cpace: () => core.tracker.track(platformRuntime.cpace()),
    storage: ownStorage,
    parts: storageParts(ownStorage),
    track: (work) => core.tracker.track(work),
  };

  const host: MemoryHost = {
    name,
    runtime,
    storage,
    get transport() {
      return transport;
    },
    swarm: ({ identity = "session", ...options } = {}) =>
      createSwarm({
        name,
        ...options,
        identity: typeof identity === "object" ? trackedIdentity(identity, core.tracker) : identity,
        transport,
        runtime,
      }),
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
      for (const cancel of [...timers]) cancel();
      tellCrash();
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
