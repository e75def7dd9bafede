import { Cursor, join, Refusal, refuseUnless, text, uint } from "./bytes.js";

/** A MessagePack value of the wire; `bin` is a Uint8Array. */
export type Value = unknown;

const MAX_LEVELS = 34;
const MAX_VALUES = 100_128;

const ARRAYS = [
  undefined,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

function numeric(value: number | bigint): number {
  const number = Number(value);
  refuseUnless(Number.isFinite(number), "a number that is not finite");
  refuseUnless(!Number.isInteger(number) || Number.isSafeInteger(number), "a whole number beyond 2^53");
  return number;
}

function typedArray(type: number, bytes: Uint8Array): Value {
  const Kind = ARRAYS[type];
  if (Kind === undefined) throw new Refusal(`extension type ${type}`);
  refuseUnless(bytes.length % Kind.BYTES_PER_ELEMENT === 0, "elements are cut");
  return new Kind(bytes.slice().buffer);
}

class Reader {
  readonly #cursor: Cursor;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#cursor = new Cursor(bytes);
  }

  whole(): Value {
    const value = this.#value(1);
    this.#cursor.end();
    return value;
  }

  #value(level: number): Value {
    refuseUnless(++this.#values <= MAX_VALUES, "too many values");
    const cursor = this.#cursor;
    const tag = cursor.uint8();
    if (tag <= 0x7f) return tag;
    if (tag <= 0x8f) return this.#map(tag & 15, level);
    if (tag <= 0x9f) return this.#array(tag & 15, level);
    if (tag <= 0xbf) return this.#text(tag & 31);
    if (tag >= 0xe0) return tag - 256;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return cursor.take(cursor.uint8());
      case 0xc5:
        return cursor.take(cursor.uint16());
      case 0xc6:
        return cursor.take(cursor.uint32());
      case 0xc7:
        return this.#extension(cursor.uint8());
      case 0xc8:
        return this.#extension(cursor.uint16());
      case 0xc9:
        return this.#extension(cursor.uint32());
      case 0xca:
        return numeric(cursor.view(4).getFloat32(0));
      case 0xcb:
        return numeric(cursor.view(8).getFloat64(0));
      case 0xcc:
        return cursor.uint8();
      case 0xcd:
        return cursor.uint16();
      case 0xce:
        return cursor.uint32();
      case 0xcf:
        return numeric(cursor.uint64());
      case 0xd0:
        return cursor.view(1).getInt8(0);
      case 0xd1:
        return cursor.view(2).getInt16(0);
      case 0xd2:
        return cursor.view(4).getInt32(0);
      case 0xd3:
        return numeric(cursor.view(8).getBigInt64(0));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(2 ** (tag - 0xd4));
      case 0xd9:
        return this.#text(cursor.uint8());
      case 0xda:
        return this.#text(cursor.uint16());
      case 0xdb:
        return this.#text(cursor.uint32());
      case 0xdc:
        return this.#array(cursor.uint16(), level);
      case 0xdd:
        return this.#array(cursor.uint32(), level);
      case 0xde:
        return this.#map(cursor.uint16(), level);
      case 0xdf:
        return this.#map(cursor.uint32(), level);
      default:
        throw new Refusal(`0x${tag.toString(16)} begins no value`);
    }
  }

  #text(length: number): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#cursor.take(length));
  }

  #extension(length: number): Value {
    const type = this.#cursor.uint8();
    return typedArray(type, this.#cursor.take(length));
  }

  #array(length: number, level: number): Value[] {
    refuseUnless(length === 0 || level <= MAX_LEVELS, "too deep");
    refuseUnless(length <= MAX_VALUES, "too many values");
    return Array.from({ length }, () => this.#value(level + 1));
  }

  #map(length: number, level: number): Record<string, Value> {
    refuseUnless(length === 0 || level <= MAX_LEVELS, "too deep");
    const map: Record<string, Value> = {};
    for (let entry = 0; entry < length; entry++) {
      const key = this.#value(level + 1);
      refuseUnless(typeof key === "string", "a key that is not text");
      refuseUnless(key !== "__proto__", "a key that is forbidden");
      map[key] = this.#value(level + 1);
    }
    return map;
  }
}

/** Reads exactly one value. */
export function unpackValue(bytes: Uint8Array): Value {
  return new Reader(bytes).whole();
}

function sized(length: number, tags: readonly [number, number, number]): Uint8Array {
  const [of8, of16, of32] = tags;
  if (length <= 0xff && of8 !== 0) return join(uint(of8, 1), uint(length, 1));
  if (length <= 0xffff) return join(uint(of16, 1), uint(length, 2));
  return join(uint(of32, 1), uint(length, 4));
}

function packNumber(value: number): Uint8Array {
  if (Number.isInteger(value) && !Object.is(value, -0)) {
    if (value >= 0 && value <= 0x7f) return uint(value, 1);
    if (value >= 0 && value <= 0xff) return join(uint(0xcc, 1), uint(value, 1));
    if (value >= 0 && value <= 0xffff) return join(uint(0xcd, 1), uint(value, 2));
    if (value >= 0 && value <= 0xffffffff) return join(uint(0xce, 1), uint(value, 4));
    if (value >= 0 && value <= 2 ** 53) return join(uint(0xcf, 1), uint(value, 8));
    if (value < 0 && value >= -32) return uint(value, 1);
    if (value < 0 && value >= -(2 ** 7)) return join(uint(0xd0, 1), uint(value, 1));
    if (value < 0 && value >= -(2 ** 15)) return join(uint(0xd1, 1), uint(value, 2));
    if (value < 0 && value >= -(2 ** 31)) return join(uint(0xd2, 1), uint(value, 4));
    if (value < 0 && value >= -(2 ** 53)) return join(uint(0xd3, 1), uint(value, 8));
  }
  const bytes = new Uint8Array(9);
  bytes[0] = 0xcb;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}

/** Writes one value: integers and lengths in their shortest form, other numbers with 64 bits. */
export function packValue(value: Value): Uint8Array {
  if (value === null || value === undefined) return Uint8Array.of(0xc0);
  if (typeof value === "boolean") return Uint8Array.of(value ? 0xc3 : 0xc2);
  if (typeof value === "number") return packNumber(value);
  if (typeof value === "string") {
    const bytes = text(value);
    const head = bytes.length < 32 ? uint(0xa0 | bytes.length, 1) : sized(bytes.length, [0xd9, 0xda, 0xdb]);
    return join(head, bytes);
  }
  if (value instanceof Uint8Array) return join(sized(value.length, [0xc4, 0xc5, 0xc6]), value);
  if (ArrayBuffer.isView(value)) {
    const type = ARRAYS.findIndex((kind) => kind !== undefined && value instanceof kind);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return join(sized(bytes.length, [0xc7, 0xc8, 0xc9]), uint(type, 1), bytes);
  }
  if (Array.isArray(value)) {
    const head = value.length < 16 ? uint(0x90 | value.length, 1) : sized(value.length, [0, 0xdc, 0xdd]);
    return join(head, ...value.map(packValue));
  }
  const entries = Object.entries(value as object);
  const head = entries.length < 16 ? uint(0x80 | entries.length, 1) : sized(entries.length, [0, 0xde, 0xdf]);
  return join(head, ...entries.flat().map(packValue));
}
