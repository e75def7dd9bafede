import { Encoder, ExtData, ExtensionCodec, encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SwarmError } from "../../../src/core/errors.js";
import { decodeWithin } from "../../../src/core/wire/decoder.js";
import { decodeValue } from "../../../src/core/wire/decodeValue.js";
import { decodeMessage, encodeMessage } from "../../../src/core/wire/messageBytes.js";
import {
  assertPayload,
  encodeValue,
  MAX_PAYLOAD_DEPTH,
  MAX_PAYLOAD_VALUES,
} from "../../../src/core/wire/payload.js";

const limits = { maxDepth: 34, maxValues: 1000 };
const isAccepted = (bytes: Uint8Array): boolean => decodeWithin(bytes, limits) !== undefined;

const isSendableNumber = (value: number): boolean =>
  Number.isFinite(value) &&
  !Object.is(value, -0) &&
  (!Number.isInteger(value) || Number.isSafeInteger(value));

const typedArray: fc.Arbitrary<unknown> = fc.oneof(
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);

const payload: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.double().filter(isSendableNumber),
    fc.maxSafeInteger(),
    fc.string({ unit: "binary", maxLength: 400 }),
    typedArray,
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(
      fc.string({ unit: "binary" }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 20 },
    ),
  ),
})).value;

const content = (value: unknown) => ({
  number: 1,
  sequence: 1,
  type: "t",
  sentAtMs: 1,
  payload: value,
  metadata: undefined,
});

/** What a hostile decoder's input must end in: nothing, or a value that could have been sent. */
function expectHarmless(bytes: Uint8Array): void {
  const decoded = decodeValue(bytes);
  if (decoded === undefined) return;
  expect(() => assertPayload(decoded.value)).not.toThrow();
}

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

function refusal(value: unknown): SwarmError {
  try {
    assertPayload(value);
  } catch (error) {
    if (error instanceof SwarmError) return error;
    throw error;
  }
  throw new Error("The payload was not refused.");
}

describe("payloads", () => {
  it("that can be sent arrive as they were", () => {
    fc.assert(
      fc.property(payload, (value) => {
        assertPayload(value);
        const decoded = decodeMessage(encodeMessage(content(value)));
        expect(decoded?.payload).toStrictEqual(structuredClone(value));
      }),
      { numRuns: 1000 },
    );
  });

  it("keep typed arrays that are views into something larger", () => {
    const whole = Float64Array.from([1, 2, 3, 4]);
    expect(decodeValue(encodeValue(whole.subarray(1, 3)))?.value).toEqual(Float64Array.from([2, 3]));
    expect(decodeValue(encodeValue({ a: new Float32Array(0) }))?.value).toEqual({ a: new Float32Array(0) });
  });

  it("leave out what is undefined, as JSON does", () => {
    assertPayload({ a: undefined, b: 1 });
    expect(decodeValue(encodeValue({ a: undefined, b: 1 }))?.value).toEqual({ b: 1 });
  });

  it("may be nested as deep as the limit, in a message too, and no deeper", () => {
    const deepest = nested(MAX_PAYLOAD_DEPTH);
    expect(decodeMessage(encodeMessage(content(deepest)))?.payload).toEqual(deepest);
    expect(refusal(nested(MAX_PAYLOAD_DEPTH + 1)).message).toContain("nested deeper");
  });

  it("may hold as many values as the limit: whatever can be sent can be read", () => {
    const most = new Array(MAX_PAYLOAD_VALUES - 1).fill(0);
    assertPayload(most);
    expect(decodeMessage(encodeMessage(content(most)))?.payload).toEqual(most);
    expect(refusal([...most, 0]).code).toBe("invalid-payload");
    const pairs = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`${at}`, 0]));
    expect(refusal(pairs).message).toContain(String(MAX_PAYLOAD_VALUES));
  });

  it("of a shared object, not a cycle, are a tree on the other side", () => {
    const shared = { a: 1 };
    assertPayload([shared, shared]);
    expect(decodeValue(encodeValue([shared, shared]))?.value).toEqual([{ a: 1 }, { a: 1 }]);
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = { inner: cycle };
  it.each<[string, unknown, string]>([
    ["NaN", { a: [1, NaN] }, "payload.a[1]"],
    ["Infinity", { a: { b: Infinity } }, "payload.a.b"],
    ["an unsafe integer", [2 ** 53], "payload[0]"],
    ["a bigint", { n: 1n }, "payload.n"],
    ["undefined in an array", [0, undefined], "payload[1]"],
    ["a hole in an array", Object.assign([0], { 2: 2 }), "payload[1]"],
    ["a function", { f: () => 1 }, "payload.f"],
    ["a symbol", [[Symbol("s")]], "payload[0][0]"],
    ["a Date", { when: new Date(0) }, "payload.when"],
    ["a Map", { m: new Map() }, "payload.m"],
    ["a Set", [new Set()], "payload[0]"],
    ["an ArrayBuffer", { b: new ArrayBuffer(1) }, "payload.b"],
    ["a DataView", { v: new DataView(new ArrayBuffer(1)) }, "payload.v"],
    ["a class instance", { c: new (class Point {})() }, "payload.c"],
    ["a cycle", cycle, "payload.self.inner"],
    ["the key __proto__", { a: JSON.parse('{"__proto__": 1}') }, "payload.a"],
    ["a promise", Promise.resolve(), "payload"],
  ])("with %s are refused, with the path", (_, value, path) => {
    const error = refusal(value);
    expect(error.code).toBe("invalid-payload");
    expect(error.message).toContain(`${path} cannot be sent`);
    expect(error.fix).toBeDefined();
  });

  it("are refused or arrive unchanged, whatever they are", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
      withObjectString: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        try {
          assertPayload(value);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid-payload" });
          return;
        }
        const bytes = encodeValue(value);
        const decoded = decodeValue(bytes);
        expect(decoded).toBeDefined();
        expect(encodeValue(decoded?.value)).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the encoding", () => {
  const types = [Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array].concat([
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ] as never) as unknown as { new (): ArrayBufferView }[];
  const extensionCodec = new ExtensionCodec();
  for (const [index, TypedArray] of types.entries()) {
    extensionCodec.register({
      type: index + 1,
      encode: (value) =>
        value instanceof TypedArray ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
      decode: (content) => new ExtData(index + 1, content),
    });
  }
  const reference = new Encoder({ extensionCodec, ignoreUndefined: true });

  it("is MessagePack, byte for byte as another implementation writes it", () => {
    fc.assert(
      fc.property(payload, (value) => {
        expect(encodeValue(value)).toEqual(reference.encode(value));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    0,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53 - 1,
    -1,
    -32,
    -33,
    -128,
    -129,
    -32_768,
    -32_769,
    -(2 ** 31),
    -(2 ** 31) - 1,
    -(2 ** 32),
    -(2 ** 32) - 1,
    -(2 ** 53) + 1,
    0.1,
    -1e-300,
  ])("of %d keeps it", (number) => {
    expect(encodeValue(number)).toEqual(encode(number));
    expect(decodeValue(encodeValue(number))?.value).toBe(number);
  });

  it.each([0, 1, 31, 32, 40, 41, 255, 256, 65_535, 65_536])(
    "of a text of %d characters keeps it",
    (length) => {
      for (const letter of ["a", "é", "\u{1f600}", "\ufeff"]) {
        const text = letter.repeat(length);
        expect(encodeValue(text)).toEqual(encode(text));
        expect(decodeValue(encodeValue(text))?.value).toBe(text);
      }
    },
  );

  it("is not disturbed by a getter that encodes something itself", () => {
    const value = {
      get a() {
        return encodeValue({ b: [1, 2, 3] }).length;
      },
      c: "after",
    };
    expect(decodeValue(encodeValue(value))?.value).toEqual({
      a: encodeValue({ b: [1, 2, 3] }).length,
      c: "after",
    });
  });

  it("starts afresh after a value that has none", () => {
    expect(() => encodeValue([1, Symbol("none")])).toThrow(TypeError);
    expect(encodeValue(5)).toEqual(Uint8Array.of(5));
  });
});

describe("hostile bytes", () => {
  it("that are random never throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200, size: "max" }), expectHarmless), {
      numRuns: 20_000,
    });
  });

  it("that were cut off or lengthened are refused", () => {
    fc.assert(
      fc.property(payload, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 3 }), (value, at, tail) => {
        const bytes = encodeValue(value);
        expect(decodeValue(bytes.subarray(0, at % bytes.length))).toBeUndefined();
        expect(decodeValue(Uint8Array.from([...bytes, ...tail]))).toBeUndefined();
      }),
    );
  });

  it("in which a bit was flipped are refused or another value that could have been sent", () => {
    fc.assert(
      fc.property(payload, fc.nat(), (value, at) => {
        const bytes = encodeValue(value);
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        expectHarmless(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it.each<[string, Uint8Array]>([
    ["200,000 nested arrays", new Uint8Array(200_001).fill(0x91, 0, 200_000)],
    ["200,000 nested maps", Uint8Array.from({ length: 400_000 }, (_, at) => (at % 2 ? 0xa0 : 0x81))],
    [
      "nested array32 heads",
      Uint8Array.from({ length: 100_000 }, (_, at) => [0xdd, 0, 0, 0, 1][at % 5] ?? 0),
    ],
    ["an array of 4 billion", Uint8Array.of(0xdd, 255, 255, 255, 255, 0)],
    ["a map of 4 billion", Uint8Array.of(0xdf, 255, 255, 255, 255, 0xa0, 0)],
    ["a text of 4 GB", Uint8Array.of(0xdb, 255, 255, 255, 255, 65)],
    ["bytes of 4 GB", Uint8Array.of(0xc6, 255, 255, 255, 255, 65)],
    ["an extension of 4 GB", Uint8Array.of(0xc9, 255, 255, 255, 255, 1, 65)],
    ["an extension without a type", Uint8Array.of(0xc7, 0)],
    ["nothing", new Uint8Array()],
    ["the unused head 0xc1", Uint8Array.of(0xc1)],
    ["NaN as a double", encode(NaN)],
    ["Infinity as a double", encode(Infinity)],
    ["NaN as a float", Uint8Array.of(0xca, 0x7f, 0xc0, 0, 0)],
    ["2^53 as a double", encode(2 ** 53)],
    ["2^53 as uint64", Uint8Array.of(0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ["2^64 - 1", Uint8Array.of(0xcf, 255, 255, 255, 255, 255, 255, 255, 255)],
    ["-2^63", Uint8Array.of(0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0)],
    ["__proto__ as a key", encode({ a: JSON.parse('{"__proto__": {"isAdmin": true}}') })],
    ["a number as a key", Uint8Array.of(0x81, 1, 1)],
    ["an array as a key", Uint8Array.of(0x81, 0x90, 1)],
    ["bytes as a key", Uint8Array.of(0x81, 0xc4, 1, 65, 1)],
    ["nil as a key", Uint8Array.of(0x81, 0xc0, 1)],
    ["a timestamp", encode(new Date(0))],
    ["an unknown extension", Uint8Array.of(0xd4, 99, 0)],
    ["half an element of an Int16Array", Uint8Array.of(0xc7, 3, 3, 0, 0, 0)],
    ["two values", Uint8Array.of(1, 2)],
  ])("with %s are refused", (_, bytes) => {
    expect(decodeValue(bytes)).toBeUndefined();
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it("with keys like those of Object.prototype give plain own properties", () => {
    const decoded = decodeValue(encode({ constructor: 1, toString: 2, hasOwnProperty: 3 }));
    expect(Object.keys(decoded?.value as object)).toEqual(["constructor", "toString", "hasOwnProperty"]);
    expect(Object.getPrototypeOf(decoded?.value)).toBe(Object.prototype);
  });

  it("are walked as often as they have values, never beyond the limit", () => {
    expect(isAccepted(encode(new Array(999).fill(0)))).toBe(true);
    expect(isAccepted(encode(new Array(1000).fill(0)))).toBe(false);
    expect(isAccepted(encode(nested(34)))).toBe(true);
    expect(isAccepted(encode(nested(35)))).toBe(false);
  });

  it("are accepted exactly where the rules, written down once more, allow them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40, size: "max" }), (bytes) => {
        expect(isAccepted(bytes)).toBe(readsAsOneValue(bytes));
      }),
      { numRuns: 20_000 },
    );
  });
});

/** The same rules as the decoder's, written down once more in the simplest way. */
function readsAsOneValue(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const fail = (): never => {
    throw new RangeError();
  };
  const skip = (count: number): number => {
    const start = at;
    at += count;
    return at > bytes.length ? fail() : start;
  };
  const length = (size: number): number => {
    const start = skip(size);
    return size === 1 ? view.getUint8(start) : size === 2 ? view.getUint16(start) : view.getUint32(start);
  };
  const items = (count: number, isMap: boolean): string => {
    for (let index = 0; index < count; index++) {
      if (isMap && read() !== "text") fail();
      read();
    }
    return "container";
  };
  const extension = (size: number): string => {
    const elementBytes = [1, 1, 2, 2, 4, 4, 4, 8, 8, 8][view.getInt8(skip(1)) - 1] ?? fail();
    if (size % elementBytes !== 0) fail();
    skip(size);
    return "bytes";
  };
  const isExact = (value: number): boolean =>
    Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  const number = (isGood: boolean): string => (isGood ? "number" : fail());
  const text = (size: number): string => {
    skip(size);
    return "text";
  };
  const read = (): string => {
    const head = view.getUint8(skip(1));
    if (head < 0x80 || head >= 0xe0) return "number";
    if (head < 0x90) return items(head & 15, true);
    if (head < 0xa0) return items(head & 15, false);
    if (head < 0xc0) return text(head & 31);
    if (head === 0xc0 || head === 0xc2 || head === 0xc3) return "simple";
    if (head === 0xca) return number(isExact(view.getFloat32(skip(4))));
    if (head === 0xcb) return number(isExact(view.getFloat64(skip(8))));
    if (head === 0xcf) return number(Number.isSafeInteger(Number(view.getBigUint64(skip(8)))));
    if (head === 0xd3) return number(Number.isSafeInteger(Number(view.getBigInt64(skip(8)))));
    if (head >= 0xcc && head <= 0xce) return number(skip(2 ** (head - 0xcc)) > 0);
    if (head >= 0xd0 && head <= 0xd2) return number(skip(2 ** (head - 0xd0)) > 0);
    if (head >= 0xd4 && head <= 0xd8) return extension(2 ** (head - 0xd4));
    if (head >= 0xc4 && head <= 0xc6) {
      skip(length(2 ** (head - 0xc4)));
      return "bytes";
    }
    if (head >= 0xc7 && head <= 0xc9) return extension(length(2 ** (head - 0xc7)));
    if (head >= 0xd9 && head <= 0xdb) return text(length(2 ** (head - 0xd9)));
    if (head === 0xdc || head === 0xdd) return items(length(2 ** (head - 0xdb)), false);
    if (head === 0xde || head === 0xdf) return items(length(2 ** (head - 0xdd)), true);
    return fail();
  };
  try {
    read();
    return at === bytes.length;
  } catch {
    return false;
  }
}
