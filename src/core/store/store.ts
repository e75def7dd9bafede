import type { Cancel, Clock } from "../clock.js";

/** A value that changes, and who wants to know. The shape that `useSyncExternalStore` takes. */
export interface ReadableStore<State> {
  /** The present state; the same reference until something changes. */
  getSnapshot(): State;
  /**
   * Calls `listener` after changes, once per task however many they were, and for what members do in crowds (join, leave,
   * answer) ten times a second at most. `getSnapshot` never waits. Returns the way to stop.
   */
  subscribe(listener: () => void): Cancel;
}

/** A store whose state is remade by one pure function. */
export interface Store<State, Action> extends ReadableStore<State> {
  dispatch(action: Action): void;
  /** Number of listeners, for leak checks. */
  readonly listenerCount: number;
}

/** Which changes listeners can hear of later, and how much later. */
export interface Pace<Action> {
  readonly clock: Clock;
  /** Least time between one call of the listeners and one that could wait. */
  readonly everyMs: number;
  readonly canWait: (action: Action) => boolean;
}

export interface StoreOptions<State, Action> {
  readonly initial: State;
  readonly reduce: (state: State, action: Action) => State;
  readonly onListenerError: (error: unknown) => void;
  /** Default: nothing waits. */
  readonly pace?: Pace<Action>;
}

export function createStore<State, Action>({
  initial,
  reduce,
  onListenerError,
  pace,
}: StoreOptions<State, Action>): Store<State, Action> {
  let state = initial;
  let isNotifying = false;
  let notifiedAtMs = Number.NEGATIVE_INFINITY;
  let cancelWait: Cancel | undefined;
  const listeners = new Set<() => void>();

  const notify = (): void => {
    isNotifying = false;
    cancelWait?.();
    cancelWait = undefined;
    notifiedAtMs = pace?.clock.now() ?? notifiedAtMs;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        onListenerError(error);
      }
    }
  };

  const waitMs = (action: Action): number =>
    pace?.canWait(action) === true ? notifiedAtMs + pace.everyMs - pace.clock.now() : 0;

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
      const ms = waitMs(action);
      if (ms > 0) {
        cancelWait ??= pace?.clock.setTimer(ms, notify);
        return;
      }
      isNotifying = true;
      queueMicrotask(notify);
    },
    get listenerCount() {
      return listeners.size;
    },
  };
}
