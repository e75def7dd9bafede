import type { Cancel, Clock } from "./clock.js";
import { abortedError, type SwarmError } from "./errors.js";

/** What ends a wait besides its own success. */
export interface WaitLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What is being waited for, as the start of an error's text. */
  readonly what: string;
  readonly onTimeout: () => SwarmError;
}

/**
 * A promise that cannot hang: it settles by `start`, by time or by the signal, whichever is first,
 * and then runs the clean-up that `start` returned.
 */
export function settleWithin<T>(
  limits: WaitLimits,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => Cancel | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const { signal } = limits;
    if (signal?.aborted) return reject(abortedError(limits.what, signal));
    let cleanUp: Cancel | undefined;
    let isSettled = false;
    const settle = (finish: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      cancelTimer();
      signal?.removeEventListener("abort", onAbort);
      cleanUp?.();
      finish();
    };
    const onAbort = (): void => settle(() => reject(abortedError(limits.what, signal)));
    const cancelTimer = limits.clock.setTimer(limits.timeoutMs, () =>
      settle(() => reject(limits.onTimeout())),
    );
    signal?.addEventListener("abort", onAbort);
    cleanUp = start(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    if (isSettled) cleanUp?.();
  });
}

/** One signal for many waits: each gets one of its own, since an AbortSignal is not made for many listeners. */
export interface SharedSignal {
  /** A signal that is aborted with the shared one, for the same reason. */
  next(): AbortSignal | undefined;
  /** Lets go of the shared one. */
  release: Cancel;
}

export function shareSignal(signal: AbortSignal | undefined): SharedSignal {
  const controllers: AbortController[] = [];
  const onAbort = (): void => {
    for (const controller of controllers) controller.abort(signal?.reason);
  };
  signal?.addEventListener("abort", onAbort);
  return {
    next() {
      if (signal === undefined || signal.aborted) return signal;
      const controller = new AbortController();
      controllers.push(controller);
      return controller.signal;
    },
    release: () => signal?.removeEventListener("abort", onAbort),
  };
}

/** The outcome of `work`, or at once the reason for which `signal` was aborted; `work` itself goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortedError(what, signal));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
