/** A source of numbers that repeats itself for the same seed. */
export interface SeededRandom {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  bytes(count: number): Uint8Array<ArrayBuffer>;
}

/** Mulberry32, a 32-bit generator by Tommy Ettinger: small and good enough for simulations, not for keys. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
  };
}
