import type { Bytes } from "../bytes.js";
import { SHORT_TEXT, TYPED_ARRAYS, UINT32 } from "./codecTerms.js";

const TYPE_OF_ARRAY: ReadonlyMap<unknown, number> = new Map(
  TYPED_ARRAYS.map(([type, TypedArray]) => [TypedArray, type]),
);

const FIRST_BYTES = 1024;
// A buffer that one large message made this big is not kept for the small ones after it.
const KEPT_BYTES = 64 * 1024;

const textEncoder = new TextEncoder();

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
