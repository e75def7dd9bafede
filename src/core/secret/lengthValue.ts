import { type Bytes, concatBytes } from "../bytes.js";

/** Each part with its length in front (LEB128), so that no two lists of parts give the same bytes: the draft's `lv_cat`. */
export function lengthValue(...parts: readonly Uint8Array[]): Bytes {
  return concatBytes(...parts.flatMap((part) => [leb128(part.length), part]));
}

function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}
