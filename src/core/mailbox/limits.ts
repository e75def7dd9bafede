const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a letter is good where the app does not say: a week. */
export const DEFAULT_EXPIRES_MS: number = 7 * DAY_MS;
/** Longest time a letter may be good: three weeks. Beyond 24 days the platform's timers overflow. */
export const MAX_EXPIRES_MS: number = 21 * DAY_MS;
/** How far a sender's clock may be ahead of ours before its letters seem to be good for too long. */
export const CLOCK_TOLERANCE_MS: number = DAY_MS;

/** How much may wait, to one agent and to all together; the same for what waits for our own handlers. */
export const QUEUE_LIMITS = {
  perAgent: { messages: 1000, bytes: 8 * 1024 * 1024 },
  total: { messages: 10_000, bytes: 64 * 1024 * 1024 },
  /** Agents that are remembered although nothing waits: their numbers must not begin anew. */
  agents: 10_000,
} as const;

/** Letters that are under way to an agent at once. */
export const BATCH_LETTERS = 32;
export const BATCH_BYTES: number = 1024 * 1024;
/** Letters of one peer that may wait to be checked; an honest one sends a batch and waits. */
export const MAX_ARRIVING: number = BATCH_LETTERS * 2;

/** Silence after which a sender asks how far the receiver got. */
export const REPLY_TIMEOUT_MS = 10_000;
/** Pause after a receiver said that it has no room, or the storage failed. */
export const PAUSE_MS = 5000;
/** Time between two looks for what has expired. */
export const SWEEP_MS = 30_000;
/** Longest a handler may take before its letter counts as delivered. */
export const HANDLER_LIMIT_MS: number = 5 * 60_000;
