import { SwarmError } from "../errors.js";

/** Deepest nesting of a payload. */
export const MAX_PAYLOAD_DEPTH = 32;
/** Most values (array items, keys, their values, and the payload itself) in one payload. */
export const MAX_PAYLOAD_VALUES = 100_000;

/**
 * Throws `invalid-payload` with the path of the first thing that cannot travel. Payloads are JSON values
 * (null, booleans, finite numbers, text, arrays, plain objects) and typed arrays; a property that is
 * `undefined` is left out, as JSON does.
 */
export function assertPayload(payload: unknown): void {
  checkValue(payload, { path: [], ancestors: [], values: 0 });
}

interface Walk {
  readonly path: (string | number)[];
  readonly ancestors: object[];
  values: number;
}

function checkValue(value: unknown, walk: Walk): void {
  if (++walk.values > MAX_PAYLOAD_VALUES) {
    refuse(
      walk,
      `it is beyond the ${MAX_PAYLOAD_VALUES} values that a payload may hold`,
      "Send a typed array, or several messages.",
    );
  }
  switch (typeof value) {
    case "string":
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value))
        refuse(walk, `${value} is not a JSON number`, "Send null or leave it out.");
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(walk, "an integer beyond 2^53 loses digits", "Send it as text or as a BigInt64Array.");
      }
      return;
    case "object":
      return value === null ? undefined : checkObject(value, walk);
    case "bigint":
      return refuse(walk, "a bigint is not a JSON value", "Send it as text or as a BigInt64Array.");
    default:
      return refuse(
        walk,
        `a value of type ${typeof value} cannot travel`,
        "Send JSON values or typed arrays.",
      );
  }
}

function checkObject(value: object, walk: Walk): void {
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView) refuse(walk, "a DataView has no element type", "Send a Uint8Array.");
    return;
  }
  if (walk.ancestors.includes(value)) refuse(walk, "it contains itself", "Send a tree, without cycles.");
  if (walk.ancestors.length >= MAX_PAYLOAD_DEPTH) {
    refuse(walk, `it is nested deeper than ${MAX_PAYLOAD_DEPTH} levels`, "Flatten it.");
  }
  walk.ancestors.push(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) checkEntry(index, value[index], walk);
  } else {
    checkPlainObject(value, walk);
  }
  walk.ancestors.pop();
}

function checkPlainObject(value: object, walk: Walk): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && !isObjectPrototype(prototype)) {
    refuse(
      walk,
      `a ${value.constructor?.name ?? "class instance"} is not a plain object`,
      "Send a plain object.",
    );
  }
  for (const key of Object.keys(value)) {
    if (key === "__proto__") refuse(walk, "the key __proto__ is not allowed", "Rename it.");
    const entry: unknown = (value as Record<string, unknown>)[key];
    if (entry === undefined) continue;
    walk.values++;
    checkEntry(key, entry, walk);
  }
}

// An object of another realm (an iframe) has an Object.prototype of its own with the same members.
function isObjectPrototype(prototype: unknown): boolean {
  return (
    prototype === Object.prototype ||
    (typeof prototype === "object" &&
      prototype !== null &&
      Object.getPrototypeOf(prototype) === null &&
      Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

function checkEntry(key: string | number, entry: unknown, walk: Walk): void {
  walk.path.push(key);
  checkValue(entry, walk);
  walk.path.pop();
}

function refuse(walk: Walk, why: string, fix: string): never {
  const path = walk.path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}.${step}`),
    "payload",
  );
  throw new SwarmError("invalid-payload", { what: `${path} cannot be sent:`, why: `${why}.`, fix });
}

export { encodeValue } from "./encoder.js";
