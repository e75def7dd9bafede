import type { Cancel } from "../clock.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { startLazily } from "../protocols/lazyPart.js";
import type { TopologyEngine } from "./engine.js";

/** Nobody waits for a promise that says that the code could not be loaded, so it is tried again. */
const LOAD_AGAIN_AFTER_MS = 5000;

/** Who is linked with whom. */
export interface Topology {
  /**
   * Asks the peers for their links from now on, until cancelled: `store.getSnapshot().topology` then shows the mesh, at most
   * twice a second. While nobody in the room watches, nothing is sent. Survives leaving and joining again.
   * @example
   * const stop = swarm.topology.watch();
   * swarm.store.subscribe(() => draw(swarm.store.getSnapshot().topology));
   */
  watch(): Cancel;
}

/** The small half: counts who watches here. What does the work is loaded with the first of them, ours or a peer. */
export function startTopology(port: ProtocolPort): Topology {
  const watchers = new Set<symbol>();
  let isChanging = false;
  let stopTrying: Cancel | undefined;
  const isWatched = (): boolean => watchers.size > 0;

  const part = startLazily<TopologyEngine>({
    port,
    what: "the topology",
    names: ["topology-watch", "topology-links"],
    load: async () => {
      const { createTopologyEngine } = await import("./engine.js");
      return (startPort) => createTopologyEngine(startPort, isWatched);
    },
  });

  const follow = (): void => {
    isChanging = false;
    if (part.loaded !== undefined) return part.loaded.watchChanged();
    if (isWatched() && port.self !== undefined) part.engine().catch(tryLater);
  };

  const tryLater = (): void => {
    port.dropped("part-unavailable", undefined);
    stopTrying?.();
    stopTrying = port.self && port.runtime.clock.setTimer(LOAD_AGAIN_AFTER_MS, follow);
  };
  port.watch("began", follow);
  port.watch("ended", () => stopTrying?.());

  // A component that is mounted, unmounted and mounted again in one go asks nobody twice.
  const changed = (): void => {
    if (isChanging) return;
    isChanging = true;
    queueMicrotask(follow);
  };

  return {
    watch() {
      const watcher = Symbol("watcher");
      watchers.add(watcher);
      changed();
      return () => {
        if (watchers.delete(watcher)) changed();
      };
    },
  };
}
