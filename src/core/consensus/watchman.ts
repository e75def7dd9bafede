import type { Cancel } from "../clock.js";
import type { Runtime } from "../runtime.js";
import type { Book } from "./book.js";
import { END_GRACE_MS } from "./poll.js";

/** Who does not know how a vote ended asks somebody about so often. */
const ROUND_MS = 4000;
/** Also what has ended may not have reached everyone: a link that recovers tells nobody what it lost. */
const IDLE_ROUND_MS = 30_000;
const ROUND_SPREAD = 0.5;
/** After it, only new meetings can bring an end that never came. */
const ASKING_ENDS_AFTER_MS = 600_000;
/** An end of ours that could not be kept is tried again. */
const RETRY_MS = 5000;

/** Knows when something is due. */
export interface Watchman {
  /** To be called after every change of the book. */
  arm(): void;
  close(): void;
}

export function createWatchman(
  { clock, random }: Runtime,
  book: () => Book,
  { onDue, onRound }: { onDue(): void; onRound(): void },
): Watchman {
  let cancelDue: Cancel | undefined;
  let cancelRound: Cancel | undefined;
  let wasBusy = false;
  let isClosed = false;

  const armRound = (): void => {
    const isBusy = isAnyUnended(book(), clock.now());
    if (isClosed || book().polls.size === 0 || (cancelRound !== undefined && isBusy === wasBusy)) return;
    cancelRound?.();
    wasBusy = isBusy;
    const waitMs = (isBusy ? ROUND_MS : IDLE_ROUND_MS) * (1 + ROUND_SPREAD * (random() - 0.5));
    cancelRound = clock.setTimer(waitMs, () => {
      cancelRound = undefined;
      onRound();
      armRound();
    });
  };

  const arm = (): void => {
    cancelDue?.();
    cancelDue = undefined;
    if (isClosed) return;
    const nowMs = clock.now();
    const dueMs = nextDueMs(book(), nowMs);
    if (dueMs !== Infinity) cancelDue = clock.setTimer(dueMs - nowMs, onDue);
    armRound();
  };

  return {
    arm,
    close() {
      isClosed = true;
      cancelDue?.();
      cancelRound?.();
    },
  };
}

function isAnyUnended({ polls }: Book, nowMs: number): boolean {
  return [...polls.values()].some(
    ({ end, deadlineAtMs }) => end === undefined && nowMs < deadlineAtMs + ASKING_ENDS_AFTER_MS,
  );
}

/** When the next open vote ends, or is given up by who waits for its end. */
function nextDueMs({ polls, self }: Book, nowMs: number): number {
  let dueMs = Infinity;
  for (const { end, deadlineAtMs, signed, isEnding } of polls.values()) {
    if (end !== undefined) continue;
    const isWaiting = signed.proposal.proposer === self && !isEnding && deadlineAtMs <= nowMs;
    const moments = [deadlineAtMs, deadlineAtMs + END_GRACE_MS, isWaiting ? nowMs + RETRY_MS : Infinity];
    dueMs = Math.min(dueMs, ...moments.filter((momentMs) => momentMs > nowMs));
  }
  return dueMs;
}
