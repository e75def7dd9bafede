import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Reflection, ReflectionDraft, ReflectionId, Swarm, SwarmError } from "../core/index.js";
import { knowledgeKey, knowledgeMutation, knowledgeQuery } from "./knowledgeOptions.js";

/**
 * Options of a TanStack Query query for reflections that are here and fit, best first, kept fresh.
 * @example
 * const { data: lessons } = useQuery(reflectionSearchQueryOptions(swarm, "flaky test", { k: 3 }));
 */
export function reflectionSearchQueryOptions(
  swarm: Swarm,
  text: string | Float32Array,
  options: { readonly k?: number } = {},
) {
  const searched = typeof text === "string" ? text : Array.from(text);
  const key = knowledgeKey(swarm, "here", "reflections", { text: searched, ...options });
  return queryOptions<readonly Reflection[], SwarmError>({
    ...knowledgeQuery(swarm, key, () => swarm.reflections.search(text, options)),
    placeholderData: keepPreviousData,
  });
}

/**
 * Options of a query for every reflection that is here, oldest first, kept fresh; the latest 200 are live in `useReflections`.
 * @example
 * const { data: reflections = [] } = useQuery(reflectionListQueryOptions(swarm));
 */
export function reflectionListQueryOptions(swarm: Swarm) {
  const key = knowledgeKey(swarm, "here", "reflection-list");
  return knowledgeQuery<readonly Reflection[]>(swarm, key, () => swarm.reflections.list());
}

/**
 * Options of a mutation that adds a reflection of this agent.
 * @example
 * const { mutate: add } = useMutation(addReflectionMutationOptions(swarm));
 * add({ task: "build", outcome: "failure", lesson: "Clear the cache first." });
 */
export function addReflectionMutationOptions(swarm: Swarm) {
  return knowledgeMutation<Reflection, ReflectionDraft>(swarm, "here", "add-reflection", (draft) =>
    swarm.reflections.add(draft),
  );
}

/**
 * Options of a mutation that shares what worked; its data is how many reflections that were.
 * @example
 * const { mutate: share, data: count = 0 } = useMutation(shareSuccessMutationOptions(swarm));
 * return <button onClick={() => share()}>Share what worked ({count})</button>;
 */
export function shareSuccessMutationOptions(swarm: Swarm) {
  return knowledgeMutation<number, void>(swarm, "swarm", "share-success", () =>
    swarm.reflections.shareSuccess(),
  );
}

/**
 * Options of a mutation that makes a reflection of another agent one's own.
 * @example
 * const { mutate: integrate } = useMutation(integrateReflectionMutationOptions(swarm));
 * return <button onClick={() => integrate(reflection)}>Keep</button>;
 */
export function integrateReflectionMutationOptions(swarm: Swarm) {
  return knowledgeMutation<Reflection, Reflection | ReflectionId>(swarm, "here", "integrate", (reflection) =>
    swarm.reflections.integrate(reflection),
  );
}

/**
 * Options of a mutation that forgets a reflection here for good; its data is whether it was here.
 * @example
 * const { mutate: remove } = useMutation(removeReflectionMutationOptions(swarm));
 * return <button onClick={() => remove(reflection.id)}>Forget</button>;
 */
export function removeReflectionMutationOptions(swarm: Swarm) {
  return knowledgeMutation<boolean, ReflectionId>(swarm, "here", "remove-reflection", (id) =>
    swarm.reflections.remove(id),
  );
}
