/** How waits grow from one failed try to the next. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Exponential backoff with jitter: half of the wait is fixed, half is chance, so that peers that lost the
 * same server do not come back at the same moment.
 * @param failedTries failures so far, 1 for the first wait
 */
export function backoffDelayMs(
  { baseMs, capMs }: Backoff,
  failedTries: number,
  random: () => number,
): number {
  const fullMs = Math.min(capMs, baseMs * 2 ** Math.min(failedTries - 1, 30));
  return fullMs / 2 + (fullMs / 2) * random();
}
