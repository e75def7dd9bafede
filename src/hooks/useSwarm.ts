import { useContext } from "react";
import { SwarmError } from "../core/errors.js";
import type { Swarm } from "../core/index.js";
import { SwarmContext } from "./swarmContext.js";

/**
 * The swarm itself, for what is done to it: `join`, `leave`, `send`, `broadcast`, … It never changes, so
 * reading it renders nothing again; what is shown comes from the other hooks.
 * @example
 * const swarm = useSwarm();
 * return <button onClick={() => swarm.broadcast("wave")}>Wave</button>;
 * @throws SwarmError where no `SwarmProvider` is above
 */
export function useSwarm(): Swarm {
  const swarm = useContext(SwarmContext);
  if (swarm === undefined) {
    throw new SwarmError("missing-provider", {
      what: "A peerswarm hook or panel was rendered without a swarm.",
      why: "There is no <SwarmProvider> above it.",
      fix: 'Wrap the app in <SwarmProvider options={{ room: "lobby" }}>, imported from peerswarm/react.',
    });
  }
  return swarm;
}
