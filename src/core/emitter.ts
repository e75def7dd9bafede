import type { Cancel } from "./clock.js";

/** A function for every event name of `Events`; each entry is the event's argument. */
export interface EventSource<Events> {
  /** Calls `handler` for every `name` event from now on. Returns the way to stop. */
  on<Name extends keyof Events>(name: Name, handler: (event: Events[Name]) => void): Cancel;
}

/**
 * Typed events. A handler that throws is reported to `onHandlerError` and never disturbs the
 * emitter or the other handlers.
 */
export class Emitter<Events> implements EventSource<Events> {
  readonly #handlers = new Map<keyof Events, Set<(event: never) => void>>();
  readonly #onHandlerError: (error: unknown, name: keyof Events) => void;

  constructor(onHandlerError: (error: unknown, name: keyof Events) => void) {
    this.#onHandlerError = onHandlerError;
  }

  on<Name extends keyof Events>(name: Name, handler: (event: Events[Name]) => void): Cancel {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    // A wrapper of its own for each call, so that one function added twice is also removed twice.
    const entry = (event: Events[Name]): void => handler(event);
    handlers.add(entry);
    return () => {
      handlers.delete(entry);
      if (handlers.size === 0 && this.#handlers.get(name) === handlers) this.#handlers.delete(name);
    };
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const handlers = this.#handlers.get(name);
    if (handlers === undefined) return;
    for (const handler of [...handlers] as ((event: Events[Name]) => void)[]) {
      try {
        handler(event);
      } catch (error) {
        this.#onHandlerError(error, name);
      }
    }
  }

  /** Number of handlers, for leak checks. */
  get size(): number {
    let size = 0;
    for (const handlers of this.#handlers.values()) size += handlers.size;
    return size;
  }
}
