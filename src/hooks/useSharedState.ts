import { useCallback, useEffect, useInsertionEffect, useMemo, useRef } from "react";
import type { AgentId, SharedDefinition, SharedValue, SharedView, SwarmSnapshot } from "../core/index.js";
import { useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

/** Writes a value, or what a function makes of the present one. Never changes. */
export type SetShared<Input, Output> = (next: Input | ((current: Output) => Input)) => void;

/** What {@link useSharedState} tells of a value. */
export interface SharedMeta {
  /** Who wrote it; `undefined` where nobody has, or while an own value waits to be signed. */
  readonly author: AgentId | undefined;
  /** Milliseconds since the epoch, close to the author's clock; `undefined` where nobody has written it. */
  readonly writtenAtMs: number | undefined;
  /** Written here, and not sent yet. */
  readonly isPending: boolean;
  /** Whether what was kept on this device is there. */
  readonly isLoaded: boolean;
  /** Deletes it everywhere. */
  readonly remove: () => void;
}

/** Options of {@link useSharedState}. */
export interface UseSharedStateOptions {
  /** Which value of a state with many. Default `""`. */
  readonly key?: string;
}

/**
 * A value that is the same for everyone in the room, like `useState`: `[value, set, meta]`. An own write shows at
 * once; the last write wins everywhere.
 * @param definition made once with `defineShared`
 * @param initial shown while nobody has written the value; never written by itself
 * @example
 * const [count, setCount, { isPending }] = useSharedState(counts, 0, { key: "apples" });
 * return <button aria-busy={isPending} onClick={() => setCount((current) => current + 1)}>{count}</button>;
 */
export function useSharedState<Input, Output>(
  definition: SharedDefinition<Input, Output>,
  initial: NoInfer<Output>,
  options?: UseSharedStateOptions,
): readonly [Output, SetShared<Input, Output>, SharedMeta];
export function useSharedState<Input, Output>(
  definition: SharedDefinition<Input, Output>,
  initial?: undefined,
  options?: UseSharedStateOptions,
): readonly [Output | undefined, SetShared<Input, Output | undefined>, SharedMeta];
export function useSharedState(
  definition: SharedDefinition,
  initial?: unknown,
  { key = "" }: UseSharedStateOptions = {},
): readonly [unknown, SetShared<unknown, unknown>, SharedMeta] {
  const swarm = useSwarm();
  const { name, isPersistent } = definition;
  const viewOf = useCallback((snapshot: SwarmSnapshot) => snapshot.shared[name], [name]);
  const selectValue = useCallback((view: SharedView | undefined) => view?.values[key], [key]);
  const selectLoaded = useCallback(
    (view: SharedView | undefined) => view?.isLoaded ?? !isPersistent,
    [isPersistent],
  );
  const shared = useSlice<SharedView | undefined, SharedValue | undefined>(viewOf, selectValue, Object.is);
  const isLoaded = useSlice(viewOf, selectLoaded, Object.is);

  const latestInitial = useRef(initial);
  useInsertionEffect(() => {
    latestInitial.current = initial;
  });
  useEffect(() => void swarm.share(definition), [swarm, definition]);
  const set = useCallback(
    (next: unknown) => {
      const state = swarm.share(definition);
      const value = typeof next === "function" ? next(state.get(key) ?? latestInitial.current) : next;
      state.set(value, key);
    },
    [swarm, definition, key],
  );
  const remove = useCallback(() => swarm.share(definition).delete(key), [swarm, definition, key]);
  const meta = useMemo(
    (): SharedMeta => ({
      author: shared?.author,
      writtenAtMs: shared?.writtenAtMs,
      isPending: shared?.isPending ?? false,
      isLoaded,
      remove,
    }),
    [shared, isLoaded, remove],
  );
  return [shared === undefined ? initial : shared.value, set, meta];
}
