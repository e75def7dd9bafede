import type { Clock } from "../clock.js";
import { Emitter } from "../emitter.js";
import { SwarmError, textOf, toSwarmError } from "../errors.js";
import type { SwarmSettings } from "../options.js";
import type { PortEvents } from "../protocols/builtin.js";
import type { Runtime } from "../runtime.js";
import { createQualityBook, type QualityBook } from "../stats/linkQuality.js";
import { createStatsBook, type StatsBook } from "../stats/statsBook.js";
import { isCrowdNews, reduceSwarm, type SwarmAction } from "../store/reducer.js";
import { initialSnapshot, type SwarmSnapshot } from "../store/snapshot.js";
import { createStore, type Store } from "../store/store.js";
import type { SwarmEvents } from "../swarmApi.js";

/** What every piece of a swarm stands on, and what outlives its stays: its state, its counts, and who is told. */
export interface Ground {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly store: Store<SwarmSnapshot, SwarmAction>;
  /** For the app. */
  readonly events: Emitter<SwarmEvents>;
  /** For the parts. */
  readonly happenings: Emitter<PortEvents>;
  readonly stats: StatsBook;
  readonly quality: QualityBook;
  /** A function of the app threw: becomes an `error` event. `who` begins its text. */
  handlerFailed(thrown: unknown, who: string): void;
}

export function layGround({ runtime, room, profile }: SwarmSettings, transport: string): Ground {
  const { clock } = runtime;
  const events = new Emitter<SwarmEvents>((error, name) => {
    // A handler of "error" that throws would be told of its own error for ever: the page hears of it instead.
    if (name === "error") globalThis.reportError?.(error);
    else handlerFailed(error, `A handler of the event "${name}"`);
  });
  const handlerFailed = (thrown: unknown, who: string): void => {
    const error = new SwarmError("handler-failed", {
      what: `${who} threw.`,
      why: textOf(thrown),
      fix: "Catch it there: the swarm goes on, but what the handler was to do is not done.",
      cause: thrown,
    });
    // Whoever called the handler is in the middle of something.
    queueMicrotask(() => events.emit("error", error));
  };
  const store = createStore({
    initial: initialSnapshot(transport, room, profile),
    reduce: reduceSwarm,
    onListenerError: (error) => handlerFailed(error, "A store listener"),
    pace: { clock, everyMs: runtime.newsEveryMs ?? 0, canWait: isCrowdNews },
  });
  const happenings = new Emitter<PortEvents>((error) =>
    events.emit("error", toSwarmError(error, "internal", "A part of the swarm failed.")),
  );
  return {
    runtime,
    clock,
    store,
    events,
    happenings,
    stats: createStatsBook(() => clock.now()),
    quality: createQualityBook(() => clock.now()),
    handlerFailed,
  };
}
