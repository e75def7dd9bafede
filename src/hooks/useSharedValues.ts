import { useCallback, useEffect } from "react";
import type { SharedDefinition, SharedValue, SharedView, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

const NOTHING: SharedView["values"] = {};

/**
 * All values of a shared state by key, each with its author and time, or what `selector` makes of them. They are
 * written with `swarm.share(definition)`.
 * @param definition made once with `defineShared`
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const done = useSharedValues(todos, (values) => Object.values(values).filter(({ value }) => value.isDone).length);
 */
export function useSharedValues<Input, Output>(
  definition: SharedDefinition<Input, Output>,
): Readonly<Record<string, SharedValue<Output>>>;
export function useSharedValues<Input, Output, Selected>(
  definition: SharedDefinition<Input, Output>,
  selector: (values: Readonly<Record<string, SharedValue<Output>>>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useSharedValues(
  definition: SharedDefinition,
  selector: (values: SharedView["values"]) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  const swarm = useSwarm();
  const { name } = definition;
  const valuesOf = useCallback((snapshot: SwarmSnapshot) => snapshot.shared[name]?.values ?? NOTHING, [name]);
  useEffect(() => void swarm.share(definition), [swarm, definition]);
  return useSlice(valuesOf, selector, isEqual);
}
