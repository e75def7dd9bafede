import { assertPayload } from "../../core/wire/payload.js";

/** Typed arrays that go in and out, by the name of their constructor; the same as on the wire. */
const KINDS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

type Kind = keyof typeof KINDS;
type Path = readonly (string | number)[];

/** A value as text and bytes: JSON of `[value, [path, kind][]]`, with `null` where a typed array stands. */
export interface PackedValue {
  readonly text: string;
  /** The bytes of each typed array, in the order of the list. */
  readonly buffers: readonly ArrayBuffer[];
}

/** @throws SwarmError `invalid-payload` naming the path of what is neither a JSON value nor a typed array */
export function packValue(value: unknown = null): PackedValue {
  assertPayload(value);
  const slots: [Path, string][] = [];
  const buffers: ArrayBuffer[] = [];
  const strip = (one: unknown, path: Path): unknown => {
    if (ArrayBuffer.isView(one)) {
      slots.push([path, one.constructor.name]);
      buffers.push(new Uint8Array(one.buffer, one.byteOffset, one.byteLength).slice().buffer);
      return null;
    }
    if (Array.isArray(one)) return one.map((item, index) => strip(item, [...path, index]));
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, strip(item, [...path, key])]));
  };
  const text = JSON.stringify([strip(value, []), slots]);
  return { text, buffers };
}

function typedArray(kind: string, buffer: ArrayBuffer): ArrayBufferView {
  if (!Object.hasOwn(KINDS, kind)) throw new TypeError(`${kind} cannot leave the sandbox.`);
  return new KINDS[kind as Kind](buffer);
}

function place(holder: unknown, path: Path, view: ArrayBufferView): void {
  const key = path.at(-1) as string | number;
  let at = holder;
  for (const step of path.slice(0, -1)) {
    at = Object.hasOwn(at as object, step) ? (at as Record<string | number, unknown>)[step] : undefined;
  }
  if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) {
    throw new TypeError("A typed array has no place in what left the sandbox.");
  }
  (at as Record<string | number, unknown>)[key] = view;
}

/**
 * The value behind what the sandbox gave, which may be anything at all.
 * @throws where it is not what {@link packValue} writes, or what it holds cannot be a payload
 */
export function unpackValue({ text, buffers }: PackedValue): unknown {
  const holder = JSON.parse(text) as [unknown, [Path, string][]];
  const [, slots] = holder;
  if (slots.length !== buffers.length) throw new TypeError("Typed arrays are missing.");
  for (const [index, [path, kind]] of slots.entries()) {
    place(holder, [0, ...path], typedArray(kind, buffers[index] as ArrayBuffer));
  }
  assertPayload(holder[0]);
  return holder[0];
}
