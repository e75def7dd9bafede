/** What a ring keeps: numbered, and with the time at which it happened in milliseconds since the epoch. */
export interface Numbered {
  readonly id: number;
  readonly timeMs: number;
}

/** The last so many entries: one more takes the place of the oldest. */
export class EventRing<Entry extends Numbered> {
  readonly #capacity: number;
  readonly #entries: Entry[] = [];
  #next = 0;
  #newestLostMs: number | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(entry: Entry): void {
    const lost = this.#entries[this.#next];
    // Entries come in the order of their ids, which is nearly, but not quite, that of their times.
    if (lost !== undefined) this.#newestLostMs = Math.max(this.#newestLostMs ?? lost.timeMs, lost.timeMs);
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** The newest first. */
  newest(matches: (entry: Entry) => boolean, limit: number = this.#capacity): Entry[] {
    const found: Entry[] = [];
    const { length } = this.#entries;
    for (let age = 1; age <= length && found.length < limit; age++) {
      const entry = this.#entries[(this.#next - age + this.#capacity) % this.#capacity] as Entry;
      if (matches(entry)) found.push(entry);
    }
    return found;
  }

  /** Whether everything that was ever put in since then, or at all, is still here. */
  isWhole(sinceMs: number = Number.NEGATIVE_INFINITY): boolean {
    return this.#newestLostMs === undefined || this.#newestLostMs < sinceMs;
  }
}
