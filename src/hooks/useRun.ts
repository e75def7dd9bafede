import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { toSwarmError } from "../core/errors.js";
import type { SwarmError } from "../core/index.js";

/** Work that a person starts, can stop, and may start again. */
export interface Run<Input, Result> {
  /** `idle` before the first, after `reset()`, and after `stop()`. */
  readonly state: "idle" | "running" | "done" | "failed";
  /** Of the last one, once it is `done`. */
  readonly result: Result | undefined;
  /** Why the last one has `failed`. */
  readonly error: SwarmError | undefined;
  /** Starts it, in the place of one that is under way; resolves with whether it worked, and never rejects. */
  readonly start: (input: Input) => Promise<boolean>;
  /** Ends what is under way; harmless where nothing is. */
  readonly stop: () => void;
  /** Forgets how the last one ended. */
  readonly reset: () => void;
}

interface View<Result> extends Pick<Run<never, Result>, "state" | "result" | "error"> {}

const IDLE: View<never> = { state: "idle", result: undefined, error: undefined };

/**
 * Keeps how a work stands. Unlike a TanStack Query mutation it leaves what it was given in no cache: that may be secret.
 * @param work a constant, or memoised
 * @param goesOn whether it is to go on when the component goes away
 */
export function useRun<Input, Result>(
  work: (input: Input, signal: AbortSignal) => Promise<Result>,
  goesOn: boolean,
): Run<Input, Result> {
  const [view, setView] = useState<View<Result>>(IDLE);
  const current = useRef<AbortController>(undefined);
  const start = useCallback(
    async (input: Input): Promise<boolean> => {
      current.current?.abort();
      const own = new AbortController();
      current.current = own;
      const show = (next: View<Result>): void => {
        if (current.current === own) setView(next);
      };
      show({ state: "running", result: undefined, error: undefined });
      try {
        const result = await work(input, own.signal);
        show({ state: "done", result, error: undefined });
        return true;
      } catch (thrown) {
        const error = toSwarmError(thrown, "internal", "It could not be done.");
        show(own.signal.aborted ? IDLE : { state: "failed", result: undefined, error });
        return false;
      }
    },
    [work],
  );
  const stop = useCallback(() => current.current?.abort(), []);
  const reset = useCallback(() => {
    current.current = undefined;
    setView(IDLE);
  }, []);
  useEffect(() => (goesOn ? undefined : stop), [goesOn, stop]);
  return useMemo(() => ({ ...view, start, stop, reset }), [view, start, stop, reset]);
}
