import type { Cancel } from "../clock.js";

/** A value that changes, and who wants to know. The shape that `useSyncExternalStore` takes. */
export interface ReadableStore<State> {
  /** The present state; the same reference until something changes. */
  getSnapshot(): State;
  /** Calls `listener` after changes, once per task however many they were. Returns the way to stop. */
  subscribe(listener: () => void): Cancel;
}

/** A store whose state is remade by one pure function. */
export interface Store<State, Action> extends ReadableStore<State> {
  dispatch(action: Action): void;
  /** Number of listeners, for leak checks. */
  readonly listenerCount: number;
}

export function createStore<State, Action>(
  initial: State,
  reduce: (state: State, action: Action) => State,
  onListenerError: (error: unknown) => void,
): Store<State, Action> {
  let state = initial;
  let isNotifying = false;
  const listeners = new Set<() => void>();

  const notify = (): void => {
    isNotifying = false;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        onListenerError(error);
      }
    }
  };

  return {
    getSnapshot: () => state,
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      if (isNotifying) return;
      isNotifying = true;
      queueMicrotask(notify);
    },
    get listenerCount() {
      return listeners.size;
    },
  };
}
