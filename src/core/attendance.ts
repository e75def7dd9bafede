import { abortedError, SwarmError, toSwarmError } from "./errors.js";
import type { PeerId } from "./identity/ids.js";
import type { Stay } from "./stay.js";

export interface AttendanceOptions {
  /** Begins a stay; the signal says that it is not wanted any more. */
  readonly begin: (signal: AbortSignal) => Promise<Stay>;
  readonly sayGoodbye: (peerId: PeerId) => void;
  /** A stay has ended, even where the next is already asked for; `reason` where it was not by choice. */
  readonly onOff: (reason: SwarmError | undefined) => void;
}

/**
 * Sees to it that there is one stay at a time, however `join` and `leave` are mixed: a join during a leave
 * waits for it, a leave during a join ends it, and the last call wins.
 */
export interface Attendance {
  readonly stay: Stay | undefined;
  /** Whether it is there or about to be, and not leaving. */
  readonly isActive: boolean;
  join(): Promise<Stay>;
  leave(reason?: SwarmError): Promise<void>;
  /** Ends the stay before a `join` that follows at once, unless the next one is still to begin. */
  restart(): void;
}

interface Starting {
  readonly promise: Promise<Stay>;
  readonly controller: AbortController;
}

export function createAttendance({ begin, sayGoodbye, onOff }: AttendanceOptions): Attendance {
  let stay: Stay | undefined;
  let starting: Starting | undefined;
  let leaving: Promise<void> | undefined;

  const start = async (controller: AbortController): Promise<Stay> => {
    await leaving;
    if (controller.signal.aborted) throw abortedError("Joining", controller.signal);
    const begun = await begin(controller.signal);
    if (controller.signal.aborted) {
      await begun.end(() => undefined);
      throw abortedError("Joining", controller.signal);
    }
    stay = begun;
    return begun;
  };

  const join = (): Promise<Stay> => {
    if (stay !== undefined && leaving === undefined) return Promise.resolve(stay);
    if (starting !== undefined) return starting.promise;
    const controller = new AbortController();
    const promise = start(controller).then(
      (begun) => {
        if (starting?.controller === controller) starting = undefined;
        return begun;
      },
      (thrown: unknown) => {
        const error = toSwarmError(thrown, "internal", "The swarm could not start.");
        if (starting?.controller === controller) {
          starting = undefined;
          onOff(error);
        }
        throw error;
      },
    );
    starting = { promise, controller };
    return promise;
  };

  const leave = (reason?: SwarmError): Promise<void> => {
    const begun = starting;
    if (begun === undefined && leaving !== undefined) return leaving;
    if (begun === undefined && stay === undefined) {
      // Nothing to leave, but what a failed join left behind is settled.
      onOff(reason);
      return Promise.resolve();
    }
    starting = undefined;
    begun?.controller.abort(new SwarmError("left", { what: "leave() was called while joining." }));
    const before = leaving;
    const end = async (): Promise<void> => {
      await before;
      await begun?.promise.catch(() => undefined);
      const ending = stay;
      await ending?.end(sayGoodbye);
      stay = undefined;
      if (leaving === done) leaving = undefined;
      onOff(reason);
    };
    const done: Promise<void> = end();
    leaving = done;
    return done;
  };

  return {
    get stay() {
      return stay;
    },
    get isActive() {
      return starting !== undefined || (stay !== undefined && leaving === undefined);
    },
    join,
    leave,
    restart() {
      // One that waits for the end of the last stay begins with what holds by then.
      const isAhead = starting !== undefined && leaving !== undefined;
      if (!isAhead) void leave().catch(() => undefined);
    },
  };
}
