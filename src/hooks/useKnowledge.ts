import type { KnowledgeView, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const knowledgeOf = (snapshot: SwarmSnapshot): KnowledgeView => snapshot.knowledge;

/**
 * What is known here, live: the latest artifacts and reflections, counts, bytes used, content that is being fetched, and
 * peers that we compare with; or what `selector` makes of it. It is there after the first use of knowledge in a
 * stay (`isLoaded`), which any query of `knowledgeUsageQueryOptions` and its kin is.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const shared = useKnowledge(({ artifacts }) => artifacts.filter(({ isShared }) => isShared).length);
 */
export function useKnowledge(): KnowledgeView;
export function useKnowledge<Selected>(
  selector: (knowledge: KnowledgeView) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useKnowledge(
  selector: (knowledge: KnowledgeView) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(knowledgeOf, selector, isEqual);
}
