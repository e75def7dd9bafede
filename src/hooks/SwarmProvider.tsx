import type { ReactNode } from "react";
import type { Swarm } from "../core/index.js";
import { SwarmContext } from "./swarmContext.js";

/** Props of {@link SwarmProvider}. */
export interface SwarmProviderProps {
  /** Made once, outside of any component; the provider neither joins nor leaves it. */
  readonly swarm: Swarm;
  readonly children?: ReactNode;
}

/**
 * Gives a swarm to the hooks and panels below it.
 * @example
 * const swarm = createSwarm({ room: "lobby" });
 * root.render(<SwarmProvider swarm={swarm}><PeersPanel /></SwarmProvider>);
 */
export function SwarmProvider({ swarm, children }: SwarmProviderProps): ReactNode {
  return <SwarmContext.Provider value={swarm}>{children}</SwarmContext.Provider>;
}
