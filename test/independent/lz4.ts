import { Cursor, refuseUnless } from "./bytes.js";

// The LZ4 block format: the last sequence has literals only.
const LEAST_MATCH = 4;

function lengthFrom(nibble: number, cursor: Cursor): number {
  if (nibble < 15) return nibble;
  let length = nibble;
  for (;;) {
    const more = cursor.uint8();
    length += more;
    if (more < 255) return length;
  }
}

/** Unpacks an LZ4 block to exactly `length` bytes. */
export function unpack(block: Uint8Array, length: number): Uint8Array {
  const cursor = new Cursor(block);
  const whole = new Uint8Array(length);
  let at = 0;
  for (;;) {
    const token = cursor.uint8();
    const literals = cursor.take(lengthFrom(token >> 4, cursor));
    refuseUnless(at + literals.length <= length, "more than its length says");
    whole.set(literals, at);
    at += literals.length;
    if (cursor.left === 0) break;
    const offset = new DataView(cursor.take(2).buffer).getUint16(0, true);
    refuseUnless(offset > 0 && offset <= at, "a match begins before the text");
    const matched = lengthFrom(token & 15, cursor) + LEAST_MATCH;
    refuseUnless(at + matched <= length, "more than its length says");
    for (let step = 0; step < matched; step++, at++) whole[at] = whole[at - offset] as number;
  }
  refuseUnless(at === length, "less than its length says");
  return whole;
}

/** An LZ4 block of literals only: valid, and no smaller. */
export function packed(content: Uint8Array): Uint8Array {
  const { length } = content;
  const rest = length - 15;
  const head =
    length < 15
      ? [length << 4]
      : [0xf0, ...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255];
  return Uint8Array.from([...head, ...content]);
}
