import type { Runtime } from "../runtime.js";
import { nextTask } from "../task.js";

/** Longest that checking messages keeps the page from everything else: half a frame of 60 a second. */
export const SLICE_MS = 8;

/** Divides long work into slices, between which the page draws, and hears its timers and its user. */
export interface Pacer {
  /** A piece of work begins; it must `exit`. */
  enter(): void;
  exit(): void;
  /** Whether the slice is used up. */
  readonly isDue: boolean;
  /** Ends the slice; resolves at the beginning of the next one. */
  pause(): Promise<void>;
}

/** One pacer for all work of a kind: slices of several, one after the other, would add up. */
export function createPacer({ clock, track }: Pick<Runtime, "clock" | "track">): Pacer {
  let working = 0;
  let startedAtMs = 0;
  let pausing: Promise<void> | undefined;

  return {
    enter() {
      if (working++ === 0) startedAtMs = clock.now();
    },
    exit() {
      working--;
    },
    get isDue() {
      return clock.now() - startedAtMs >= SLICE_MS;
    },
    pause() {
      pausing ??= track(nextTask()).then(() => {
        pausing = undefined;
        startedAtMs = clock.now();
      });
      return pausing;
    },
  };
}
