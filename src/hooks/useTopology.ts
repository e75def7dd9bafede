import { useEffect } from "react";
import type { SwarmSnapshot, TopologyView } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

const topologyOf = (snapshot: SwarmSnapshot): TopologyView => snapshot.topology;

/**
 * Who is linked with whom: own links as measured, those of others as they say; or what `selector` makes of it. The peers are
 * asked while a component with this hook is mounted, and only then; it changes at most twice a second. Empty on a server,
 * and while the swarm is off.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const down = useTopology(({ links }) => links.filter(({ health }) => health === "down").length);
 */
export function useTopology(): TopologyView;
export function useTopology<Selected>(
  selector: (topology: TopologyView) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useTopology(
  selector: (topology: TopologyView) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  const { topology } = useSwarm();
  useEffect(() => topology.watch(), [topology]);
  return useSlice(topologyOf, selector, isEqual);
}
