import type { Reflection, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const reflectionsOf = (snapshot: SwarmSnapshot): readonly Reflection[] => snapshot.knowledge.reflections;

/**
 * The 200 latest reflections that are here, newest last, live: own ones, those that others shared, and those that were
 * integrated; or what `selector` makes of them. Others are found by `reflectionSearchQueryOptions`.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const waiting = useReflections((all) => all.filter(({ standing }) => standing === "received").length);
 */
export function useReflections(): readonly Reflection[];
export function useReflections<Selected>(
  selector: (reflections: readonly Reflection[]) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useReflections(
  selector: (reflections: readonly Reflection[]) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(reflectionsOf, selector, isEqual);
}
