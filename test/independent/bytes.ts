/** Why this verifier does not accept something. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export function refuseUnless(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Refusal(why);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** `value` as `width` big-endian bytes; below 0 in two's complement. */
export function uint(value: number, width: 1 | 2 | 4 | 8): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes.slice(8 - width);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(digits: string): Uint8Array {
  refuseUnless(/^([0-9a-f]{2})*$/.test(digits), "not base16");
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Reads bytes from the front; refuses to read more than there is. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Uint8Array {
    refuseUnless(count <= this.left, `${count} bytes expected, ${this.left} are left`);
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }

  view(count: number): DataView {
    return new DataView(this.take(count).buffer);
  }

  uint8(): number {
    return this.view(1).getUint8(0);
  }

  uint16(): number {
    return this.view(2).getUint16(0);
  }

  uint32(): number {
    return this.view(4).getUint32(0);
  }

  uint64(): bigint {
    return this.view(8).getBigUint64(0);
  }

  end(): void {
    refuseUnless(this.left === 0, `${this.left} bytes too many`);
  }
}
