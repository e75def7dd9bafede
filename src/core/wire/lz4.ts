import type { Bytes } from "../bytes.js";

/**
 * LZ4's block format (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), the simplest one that packs small
 * messages well: the second message of a kind is mostly a copy of the first.
 */

// The format's own: shortest match, and how near to the end a match may begin and reach.
const MIN_MATCH = 4;
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
/** A match lies at most so far back, and no position of a longer input fits the table. */
export const MAX_PACKABLE_BYTES = 0xffff;
const TABLE_BITS = 12;
const TABLE_SHIFT = 32 - TABLE_BITS;
// Knuth's multiplicative hash.
const HASH_FACTOR = 0x9e3779b1;
// Where nothing matches, look at ever fewer places.
const SKIP_TRIGGER = 5;
const FULL_TOKEN = 15;

const table = new Uint16Array(1 << TABLE_BITS);

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);

/**
 * Packs `input` into `output` from `start` on.
 * @returns the end of what was written, or `undefined` where it does not fit
 */
export function packLz4(input: Uint8Array, output: Uint8Array, start: number): number | undefined {
  const length = input.length;
  if (length > MAX_PACKABLE_BYTES) return undefined;
  table.fill(0);
  const lastMatchStart = length - MATCH_LIMIT;
  const lastMatchEnd = length - LAST_LITERALS;
  let out = start;
  let anchor = 0;
  let at = 1;
  let misses = 1 << SKIP_TRIGGER;
  while (at <= lastMatchStart) {
    const here = word(input, at);
    const slot = Math.imul(here, HASH_FACTOR) >>> TABLE_SHIFT;
    let match = table[slot] as number;
    table[slot] = at;
    if (match >= at || word(input, match) !== here) {
      at += misses++ >>> SKIP_TRIGGER;
      continue;
    }
    misses = 1 << SKIP_TRIGGER;
    while (at > anchor && match > 0 && input[at - 1] === input[match - 1]) {
      at--;
      match--;
    }
    let end = at + MIN_MATCH;
    let from = match + MIN_MATCH;
    while (end < lastMatchEnd && input[end] === input[from]) {
      end++;
      from++;
    }
    const written = writeSequence(input, anchor, at, output, out, at - match, end - at - MIN_MATCH);
    if (written < 0) return undefined;
    out = written;
    table[Math.imul(word(input, end - 2), HASH_FACTOR) >>> TABLE_SHIFT] = end - 2;
    anchor = end;
    at = end;
  }
  const written = writeSequence(input, anchor, length, output, out, 0, 0);
  return written < 0 ? undefined : written;
}

/** Writes literals and, unless `offset` is 0, the match behind them; -1 where there is no room. */
function writeSequence(
  input: Uint8Array,
  literalStart: number,
  literalEnd: number,
  output: Uint8Array,
  start: number,
  offset: number,
  matchLength: number,
): number {
  const literals = literalEnd - literalStart;
  const needed = 1 + literals + Math.floor(literals / 255) + 1 + 2 + Math.floor(matchLength / 255) + 1;
  if (start + needed > output.length) return -1;
  let out = start + 1;
  if (literals >= FULL_TOKEN) out = writeLength(output, out, literals - FULL_TOKEN);
  for (let at = literalStart; at < literalEnd; at++) output[out++] = input[at] as number;
  const token = Math.min(literals, FULL_TOKEN) << 4;
  if (offset === 0) {
    output[start] = token;
    return out;
  }
  output[start] = token | Math.min(matchLength, FULL_TOKEN);
  output[out++] = offset;
  output[out++] = offset >>> 8;
  return matchLength >= FULL_TOKEN ? writeLength(output, out, matchLength - FULL_TOKEN) : out;
}

function writeLength(output: Uint8Array, start: number, length: number): number {
  let out = start;
  let rest = length;
  for (; rest >= 255; rest -= 255) output[out++] = 255;
  output[out++] = rest;
  return out;
}

/**
 * Unpacks a block of a peer to exactly `length` bytes behind the first `start` bytes of the result; `undefined` where
 * the block is not one of that length. It takes no more memory than that.
 */
export function unpackLz4(packed: Uint8Array, start: number, length: number): Bytes | undefined {
  const output = new Uint8Array(start + length);
  const end = packed.length;
  let out = start;
  let at = 0;
  while (at < end) {
    const token = packed[at++] as number;
    let literals = token >>> 4;
    if (literals === FULL_TOKEN) {
      let more: number;
      do {
        if (at >= end) return undefined;
        more = packed[at++] as number;
        literals += more;
      } while (more === 255);
    }
    if (literals > end - at || literals > output.length - out) return undefined;
    for (let left = literals; left > 0; left--) output[out++] = packed[at++] as number;
    if (at === end) break;
    if (end - at < 2) return undefined;
    const offset = (packed[at] as number) | ((packed[at + 1] as number) << 8);
    at += 2;
    let matchLength = (token & FULL_TOKEN) + MIN_MATCH;
    if ((token & FULL_TOKEN) === FULL_TOKEN) {
      let more: number;
      do {
        if (at >= end) return undefined;
        more = packed[at++] as number;
        matchLength += more;
      } while (more === 255);
    }
    let from = out - offset;
    if (offset === 0 || from < start || matchLength > output.length - out) return undefined;
    // Byte by byte: a match may reach into what it writes.
    for (let left = matchLength; left > 0; left--) output[out++] = output[from++] as number;
  }
  return out === output.length ? output : undefined;
}
