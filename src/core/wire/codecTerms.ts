/** A constructor of typed arrays, over a buffer of its own. */
export type TypedArrayConstructor = {
  new (buffer: ArrayBuffer): ArrayBufferView;
  readonly BYTES_PER_ELEMENT: number;
};

/** MessagePack extension types of the wire; Uint8Array is MessagePack's own `bin`. Never renumber. */
export const TYPED_ARRAYS: readonly (readonly [number, TypedArrayConstructor])[] = [
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

/** Up to here a loop over single-byte characters beats the platform's codec. */
export const SHORT_TEXT = 64;
export const UINT32: number = 2 ** 32;
