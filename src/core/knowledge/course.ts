import type { Cancel, Clock } from "../clock.js";
import { type TokenBucket, tokenBucket } from "../wire/tokenBucket.js";

/** What did not become equal is left alone for so long, doubled each time. */
const BACKOFF_MS = 60_000;
const MAX_BACKOFF_MS: number = 60 * 60_000;
/** So many differences can be left alone one by one; who has more is left alone. */
const MAX_STUCK = 4096;
/** What a peer can make us do by asking again and again. */
const ANSWERS_PER_SECOND = 64;
const PUSHED_BYTES_PER_SECOND: number = 8 * 1024 * 1024;

/** What only one of two sides has. */
export interface Difference {
  readonly extra: readonly string[];
  readonly missing: readonly string[];
}

/** How comparing with one peer goes. */
export interface Course {
  readonly answers: TokenBucket;
  readonly pushedBytes: TokenBucket;
  isRunning: boolean;
  /** Whether the link was replaced meanwhile, so that an answer may be lost. */
  isDueAgain: boolean;
  waitingPulls: number;
  pulls: Promise<void>;
  /** When the peer last opened a comparison. */
  comparedAtMs: number;
  cancelStart: Cancel | undefined;
  /** Whether the peer is left alone for now. */
  readonly isResting: boolean;
  /** What of a difference is worth trying now. */
  worthTrying(difference: Difference): Difference;
  /** Nothing of this came or was taken: removed there or here, or there is no room for it. */
  gotStuck(difference: Difference): void;
  /** The peer answers as no honest one does. */
  gaveUp(): void;
  becameEqual(): void;
}

export function createCourse(clock: Clock): Course {
  const stuck = new Set<string>();
  let backoffMs = BACKOFF_MS;
  let restUntilMs = -Infinity;
  let isAvoided = false;
  const isOver = (): boolean => clock.now() >= restUntilMs;
  const rest = (): void => {
    restUntilMs = clock.now() + backoffMs;
    backoffMs = Math.min(2 * backoffMs, MAX_BACKOFF_MS);
  };
  return {
    answers: tokenBucket(clock, ANSWERS_PER_SECOND),
    pushedBytes: tokenBucket(clock, PUSHED_BYTES_PER_SECOND),
    isRunning: false,
    isDueAgain: false,
    waitingPulls: 0,
    pulls: Promise.resolve(),
    comparedAtMs: -Infinity,
    cancelStart: undefined,
    get isResting() {
      return isAvoided && !isOver();
    },
    worthTrying({ extra, missing }) {
      if (isOver()) stuck.clear();
      const isNew = (id: string): boolean => !stuck.has(id);
      return { extra: extra.filter(isNew), missing: missing.filter(isNew) };
    },
    gotStuck({ extra, missing }) {
      for (const id of [...extra, ...missing]) stuck.add(id);
      isAvoided = stuck.size > MAX_STUCK;
      if (isAvoided) stuck.clear();
      rest();
    },
    gaveUp() {
      isAvoided = true;
      rest();
    },
    becameEqual() {
      isAvoided = false;
      stuck.clear();
      backoffMs = BACKOFF_MS;
    },
  };
}
