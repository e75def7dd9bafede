/** `fresh`: never seen. `gap`: never seen, and others before it are missing. `repeated`, `stale`: drop it. */
export type SequenceVerdict = "fresh" | "gap" | "repeated" | "stale";

/** Remembers which sequence numbers of one lane were seen. */
export interface ReplayWindow {
  /** Judges a number and, unless it is to be dropped, remembers it. */
  accept(sequence: number): SequenceVerdict;
  /** The next number that an ordered lane expects. */
  readonly next: number;
  /** Skips ahead: numbers below `next` are repeats from then on. It never goes backwards. */
  skipTo(next: number): void;
}

/** For ordered lanes: numbers only grow. */
export function orderedWindow(): ReplayWindow {
  let next = 1;
  return {
    get next() {
      return next;
    },
    accept(sequence) {
      if (sequence < next) return "repeated";
      const verdict = sequence === next ? "fresh" : "gap";
      next = sequence + 1;
      return verdict;
    },
    skipTo(start) {
      next = Math.max(next, start);
    },
  };
}

/** How far behind the newest datagram another may arrive. */
export const DATAGRAM_WINDOW_SIZE = 1024;

/** For unordered lanes: a sliding window in the manner of IPsec's anti-replay (RFC 4303, section 3.4.3). */
export function slidingWindow(size: number = DATAGRAM_WINDOW_SIZE): ReplayWindow {
  let newest = 0;
  let floor = 1;
  const seen = new Uint8Array(size);
  const forgetUpTo = (sequence: number): void => {
    const first = Math.max(newest + 1, sequence - size + 1);
    for (let number = first; number <= sequence; number++) seen[number % size] = 0;
    newest = sequence;
  };
  return {
    get next() {
      return newest + 1;
    },
    accept(sequence) {
      if (sequence < floor || sequence + size <= newest) return "stale";
      if (sequence > newest) forgetUpTo(sequence);
      else if (seen[sequence % size] === 1) return "repeated";
      seen[sequence % size] = 1;
      return "fresh";
    },
    skipTo(start) {
      floor = Math.max(floor, start);
    },
  };
}
