import type { ReactNode } from "react";
import type { Swarm, SwarmOptions } from "../core/index.js";
import { SwarmContext } from "./swarmContext.js";
import { useOwnSwarm } from "./useOwnSwarm.js";

interface SwarmOfTheApp {
  /** Made once, outside of any component; the provider neither joins nor leaves it. */
  readonly swarm: Swarm;
  readonly options?: never;
  readonly children?: ReactNode;
}

interface SwarmOfTheProvider {
  /**
   * Options of `createSwarm` for a swarm that lives as long as the provider. Another `room` or `secret` moves it, another `name`,
   * `region`, `capabilities` or `goals` is announced; the rest is read once: give the provider another `key` to begin anew.
   */
  readonly options: SwarmOptions;
  readonly swarm?: never;
  readonly children?: ReactNode;
}

/** Props of {@link SwarmProvider}: either a swarm of the app's, or options for one of its own. */
export type SwarmProviderProps = SwarmOfTheApp | SwarmOfTheProvider;

/**
 * Gives a swarm to the hooks and panels below it.
 *
 * With `options` it makes one, which is inert until something joins (`SwarmGate`, or `useSwarm().join()`), and leaves when the
 * provider is gone. Hot reload and StrictMode keep it. With `swarm` it shows one that the app made, and that stays the app's.
 * @example
 * root.render(<SwarmProvider options={{ room: "lobby" }}><PeersPanel /></SwarmProvider>);
 * @throws SwarmError `invalid-option`, while rendering, where the options make no swarm
 */
export function SwarmProvider({ swarm, options, children }: SwarmProviderProps): ReactNode {
  if (options !== undefined) return <OwnSwarm options={options}>{children}</OwnSwarm>;
  return <SwarmContext.Provider value={swarm}>{children}</SwarmContext.Provider>;
}

function OwnSwarm({ options, children }: SwarmOfTheProvider): ReactNode {
  return <SwarmContext.Provider value={useOwnSwarm(options)}>{children}</SwarmContext.Provider>;
}
