import * as v from "valibot";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { LazyEngine } from "../protocols/lazyPart.js";
import { createLookout } from "./lookout.js";
import { createTeller } from "./teller.js";
import { linksSchema, topologyLinks, watchSchema } from "./wire.js";

/** Both sides of the topology: what we tell those who watch, and what we see while we do. */
export interface TopologyEngine extends LazyEngine {
  /** Somebody here begins to watch, or nobody does any more. */
  watchChanged(): void;
}

/** @param isWatched whether somebody here watches now */
export function createTopologyEngine(port: ProtocolPort, isWatched: () => boolean): TopologyEngine {
  const teller = createTeller(port);
  const lookout = createLookout(port);
  const watchChanged = (): void => lookout.setWatching(isWatched());

  port.watch("began", watchChanged);
  port.watch("relinked", ({ peerId }) => lookout.relinked(peerId));
  port.watch("left", ({ peerId }) => {
    teller.forget(peerId);
    lookout.forget(peerId);
  });
  port.watch("ended", () => {
    teller.rest();
    lookout.rest();
  });
  watchChanged();

  return {
    watchChanged,
    receive(name, payload, { from }) {
      if (`swarm/${name}` === topologyLinks.type) {
        const message = v.safeParse(linksSchema, payload);
        return message.success && lookout.receive(from.peerId, message.output);
      }
      const watch = v.safeParse(watchSchema, payload);
      if (watch.success) teller.watched(from.peerId, watch.output.isWatching);
      return watch.success;
    },
  };
}
