import { SHORT_TEXT, TYPED_ARRAYS, type TypedArrayConstructor, UINT32 } from "./codecTerms.js";

/** What {@link decodeWithin} lets pass. */
export interface CodecLimits {
  /** Open arrays and maps within each other, those that are not empty. */
  readonly maxDepth: number;
  /** Values in all: items, keys, their values, and the outermost one. */
  readonly maxValues: number;
}

const ARRAY_OF_TYPE: ReadonlyMap<number, TypedArrayConstructor> = new Map(TYPED_ARRAYS);

const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

// Keys repeat in message after message: the short ones are remembered, each in the place that its bytes lead to.
const KNOWN_TEXTS = 512;
const knownBytes: (Uint8Array | undefined)[] = new Array(KNOWN_TEXTS).fill(undefined);
const knownTexts: string[] = new Array(KNOWN_TEXTS).fill("");

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index++) if (known[index] !== bytes[start + index]) return false;
  return true;
}

// Made once: a flood of garbage must not cost a stack trace each.
const refused = new Error("not an acceptable value");

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #limits: CodecLimits;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, limits: CodecLimits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
  }

  whole(): unknown {
    const value = this.#read(0);
    if (this.#at !== this.#bytes.length) throw refused;
    return value;
  }

  #read(depth: number): unknown {
    const head = this.#head();
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#array(head & 0x0f, depth);
    if (head < 0xc0) return this.#text(head & 0x1f);
    if (head >= 0xe0) return head - 0x100;
    return this.#other(head, depth);
  }

  #head(): number {
    if (this.#at >= this.#bytes.length || ++this.#values > this.#limits.maxValues) throw refused;
    return this.#bytes[this.#at++] as number;
  }

  #other(head: number, depth: number): unknown {
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#length(head - 0xc4)).slice();
      case 0xca:
        return exact(this.#view.getFloat32(this.#skip(4)));
      case 0xcb:
        return exact(this.#view.getFloat64(this.#skip(8)));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#length(head - 0xcc);
      case 0xcf:
        return this.#wide(this.#view.getUint32(this.#skip(4)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return this.#wide(this.#view.getInt32(this.#skip(4)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#length(head - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#length(head - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#length(head - 0xdd), depth);
      default:
        return this.#extension(head);
    }
  }

  #extension(head: number): ArrayBufferView {
    const isFixed = head >= 0xd4 && head <= 0xd8;
    if (!isFixed && !(head >= 0xc7 && head <= 0xc9)) throw refused;
    const length = isFixed ? 2 ** (head - 0xd4) : this.#length(head - 0xc7);
    const TypedArray = ARRAY_OF_TYPE.get(this.#view.getInt8(this.#skip(1)));
    if (TypedArray === undefined || length % TypedArray.BYTES_PER_ELEMENT !== 0) throw refused;
    // A copy, because a typed array must start at a multiple of its element size.
    return new TypedArray(this.#take(length).slice().buffer);
  }

  #array(count: number, depth: number): unknown[] {
    this.#expectItems(count, depth);
    const items: unknown[] = [];
    for (let index = 0; index < count; index++) items.push(this.#read(depth + 1));
    return items;
  }

  #map(count: number, depth: number): Record<string, unknown> {
    this.#expectItems(count * 2, depth);
    const map: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const key = this.#key();
      // On a plain object this one would set the prototype instead.
      if (key === "__proto__") throw refused;
      map[key] = this.#read(depth + 1);
    }
    return map;
  }

  #expectItems(count: number, depth: number): void {
    // Each takes a byte at least, so a larger count is a lie.
    if (count > this.#bytes.length - this.#at) throw refused;
    if (count > 0 && depth >= this.#limits.maxDepth) throw refused;
  }

  #key(): string {
    const head = this.#head();
    if (head >= 0xa0 && head < 0xc0) return this.#knownText(head & 0x1f);
    if (head >= 0xd9 && head <= 0xdb) return this.#text(this.#length(head - 0xd9));
    throw refused;
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  #length(size: number): number {
    if (size === 0) return this.#view.getUint8(this.#skip(1));
    return size === 1 ? this.#view.getUint16(this.#skip(2)) : this.#view.getUint32(this.#skip(4));
  }

  #wide(high: number): number {
    const value = high * UINT32 + this.#view.getUint32(this.#skip(4));
    // 2^53 and its neighbours round to each other: only what is below is exact.
    if (!Number.isSafeInteger(value)) throw refused;
    return value;
  }

  #text(length: number): string {
    const start = this.#skip(length);
    if (length > SHORT_TEXT) return textDecoder.decode(this.#bytes.subarray(start, this.#at));
    const bytes = this.#bytes.subarray(start, this.#at);
    for (let at = 0; at < length; at++) {
      if ((bytes[at] as number) > 0x7f) return textDecoder.decode(bytes);
    }
    return String.fromCharCode.apply(null, bytes as unknown as number[]);
  }

  #knownText(length: number): string {
    if (length === 0) return "";
    const start = this.#skip(length);
    const bytes = this.#bytes;
    let hash = length;
    for (let at = start; at < this.#at; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const slot = hash & (KNOWN_TEXTS - 1);
    const known = knownBytes[slot];
    if (known !== undefined && isSame(known, bytes, start, length)) return knownTexts[slot] as string;
    this.#at = start;
    const text = this.#text(length);
    knownBytes[slot] = bytes.slice(start, this.#at);
    knownTexts[slot] = text;
    return text;
  }

  #take(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, this.#at);
  }

  #skip(count: number): number {
    const start = this.#at;
    if (count > this.#bytes.length - start) throw refused;
    this.#at = start + count;
    return start;
  }
}

function exact(value: number): number {
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  throw refused;
}

/**
 * Decodes bytes of a peer, within limits: exactly one value, map keys are text, numbers are finite and exact,
 * nothing is built from a length that the bytes do not have. It never throws.
 * Format: https://github.com/msgpack/msgpack/blob/master/spec.md
 * @returns the value, or `undefined` where the bytes are not exactly one acceptable value
 */
export function decodeWithin(
  bytes: Uint8Array,
  limits: CodecLimits,
): { readonly value: unknown } | undefined {
  try {
    return { value: new Reader(bytes, limits).whole() };
  } catch {
    return undefined;
  }
}
