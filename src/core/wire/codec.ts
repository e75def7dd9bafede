import type { Bytes } from "../bytes.js";

/** What {@link decodeWithin} lets pass. */
export interface CodecLimits {
  /** Open arrays and maps within each other, those that are not empty. */
  readonly maxDepth: number;
  /** Values in all: items, keys, their values, and the outermost one. */
  readonly maxValues: number;
}

type TypedArrayConstructor = {
  new (buffer: ArrayBuffer): ArrayBufferView;
  readonly BYTES_PER_ELEMENT: number;
};

// MessagePack extension types of the wire; Uint8Array is MessagePack's own `bin`. Never renumber.
const TYPED_ARRAYS: readonly (readonly [number, TypedArrayConstructor])[] = [
  [1, Int8Array],
  [2, Uint8ClampedArray],
  [3, Int16Array],
  [4, Uint16Array],
  [5, Int32Array],
  [6, Uint32Array],
  [7, Float32Array],
  [8, Float64Array],
  [9, BigInt64Array],
  [10, BigUint64Array],
];
const ARRAY_OF_TYPE: ReadonlyMap<number, TypedArrayConstructor> = new Map(TYPED_ARRAYS);
const TYPE_OF_ARRAY: ReadonlyMap<unknown, number> = new Map(
  TYPED_ARRAYS.map(([type, TypedArray]) => [TypedArray, type]),
);

const FIRST_BYTES = 1024;
// A buffer that one large message made this big is not kept for the small ones after it.
const KEPT_BYTES = 64 * 1024;
// Up to here a loop over single-byte characters beats the platform's codec.
const SHORT_TEXT = 64;
const UINT32 = 2 ** 32;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

// --- writing ----------------------------------------------------------------------------------

/** Writes values one behind the other. */
export class Writer {
  #bytes: Bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** What was written; the writer is empty again. */
  take(): Bytes {
    const taken = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#resize(FIRST_BYTES);
    return taken;
  }

  /** What was written, in the writer's own buffer: it holds until something else is written. */
  view(): Bytes {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Empties the writer. */
  reset(): void {
    this.#at = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#resize(FIRST_BYTES);
  }

  /** The head of an array; its items have to follow. */
  arrayHead(count: number): void {
    this.#head(count, 0x90, 16, 0xdc);
  }

  /** A value that is encoded already. */
  encoded(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  write(value: unknown): void {
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        return this.#number(value);
      case "boolean":
        return this.#byte(value ? 0xc3 : 0xc2);
      case "object":
        return value === null ? this.#byte(0xc0) : this.#object(value);
      case "undefined":
        return this.#byte(0xc0);
      default:
        throw new TypeError(`a ${typeof value} has no encoding`);
    }
  }

  #object(value: object): void {
    if (Array.isArray(value)) {
      this.#head(value.length, 0x90, 16, 0xdc);
      for (let index = 0; index < value.length; index++) this.write(value[index]);
    } else if (ArrayBuffer.isView(value)) {
      this.#typedArray(value);
    } else {
      this.#map(value as Readonly<Record<string, unknown>>);
    }
  }

  #map(value: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(value);
    let count = 0;
    for (const key of keys) if (value[key] !== undefined) count++;
    this.#head(count, 0x80, 16, 0xde);
    for (const key of keys) {
      const entry = value[key];
      if (entry === undefined) continue;
      this.#text(key);
      this.write(entry);
    }
  }

  /** Head of an array or a map: in the head itself, or in 2 or 4 bytes behind it. */
  #head(count: number, fixed: number, fixedLimit: number, sized: number): void {
    if (count < fixedLimit) return this.#byte(fixed | count);
    if (count < 0x10000) {
      this.#byte(sized);
      this.#uint16(count);
    } else {
      this.#byte(sized + 1);
      this.#uint32(count);
    }
  }

  #typedArray(value: ArrayBufferView): void {
    const content = new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
    const type = value instanceof Uint8Array ? undefined : typeOf(value);
    if (type === undefined) this.#lengthOf(content.length, 0xc4);
    else this.#extensionHead(content.length, type);
    this.#reserve(content.length);
    this.#bytes.set(content, this.#at);
    this.#at += content.length;
  }

  #extensionHead(length: number, type: number): void {
    const fixed = [1, 2, 4, 8, 16].indexOf(length);
    if (fixed >= 0) this.#byte(0xd4 + fixed);
    else this.#lengthOf(length, 0xc7);
    this.#byte(type);
  }

  /** A head with a length in 1, 2 or 4 bytes behind it. */
  #lengthOf(length: number, head: number): void {
    if (length < 0x100) {
      this.#byte(head);
      this.#byte(length);
    } else if (length < 0x10000) {
      this.#byte(head + 1);
      this.#uint16(length);
    } else {
      this.#byte(head + 2);
      this.#uint32(length);
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) return this.#float(value);
    if (value >= 0) return this.#positive(value);
    if (value >= -0x20) return this.#byte(value & 0xff);
    if (value >= -0x80) {
      this.#byte(0xd0);
      this.#byte(value & 0xff);
    } else if (value >= -0x8000) {
      this.#byte(0xd1);
      this.#uint16(value & 0xffff);
    } else if (value >= -0x80000000) {
      this.#byte(0xd2);
      this.#uint32(value >>> 0);
    } else {
      this.#byte(0xd3);
      this.#wide(value);
    }
  }

  #positive(value: number): void {
    if (value < 0x80) return this.#byte(value);
    if (value < 0x100) {
      this.#byte(0xcc);
      this.#byte(value);
    } else if (value < 0x10000) {
      this.#byte(0xcd);
      this.#uint16(value);
    } else if (value < UINT32) {
      this.#byte(0xce);
      this.#uint32(value);
    } else {
      this.#byte(0xcf);
      this.#wide(value);
    }
  }

  /** Two's complement in 8 bytes. */
  #wide(value: number): void {
    this.#uint32(Math.floor(value / UINT32) >>> 0);
    this.#uint32(value >>> 0);
  }

  #float(value: number): void {
    this.#byte(0xcb);
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  #text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#shortText(text)) return;
    const encoded = textEncoder.encode(text);
    this.#textHead(encoded.length);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#at);
    this.#at += encoded.length;
  }

  #textHead(length: number): void {
    if (length < 32) this.#byte(0xa0 | length);
    else this.#lengthOf(length, 0xd9);
  }

  /** Writes a short text of single-byte characters; of any other it takes back what it wrote. */
  #shortText(text: string): boolean {
    const { length } = text;
    const start = this.#at;
    this.#textHead(length);
    this.#reserve(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#at = start;
        return false;
      }
      bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  #uint16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  #uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed > this.#bytes.length) this.#resize(Math.max(needed, this.#bytes.length * 2));
  }

  #resize(size: number): void {
    const before = this.#bytes;
    this.#bytes = new Uint8Array(size);
    this.#bytes.set(before.subarray(0, this.#at));
    this.#view = new DataView(this.#bytes.buffer);
  }
}

// An array of another realm (an iframe) is made by a constructor of its own, with the same name.
function typeOf(view: ArrayBufferView): number {
  const type = TYPE_OF_ARRAY.get(view.constructor);
  if (type !== undefined) return type;
  const named = TYPED_ARRAYS.find(([, { name }]) => name === view.constructor.name);
  if (named !== undefined) return named[0];
  throw new TypeError(`a ${view.constructor.name} has no encoding`);
}

let spare: Writer | undefined = new Writer();

/**
 * Encodes a payload or a message as MessagePack: integers in their shortest form, other numbers in 64 bits, typed
 * arrays as extensions, keys in the object's order, without those that are `undefined`. The value was checked
 * before (`assertPayload`).
 */
export function encodeValue(value: unknown): Bytes {
  // A getter of the app may encode something of its own in the middle of ours.
  const writer = spare ?? new Writer();
  spare = undefined;
  try {
    writer.write(value);
    return writer.take();
  } finally {
    writer.reset();
    spare = writer;
  }
}

// --- reading ----------------------------------------------------------------------------------

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
