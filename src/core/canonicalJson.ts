import { SwarmError } from "./errors.js";

/** Deepest nesting of canonical JSON that is written or read, the outermost value included. */
export const MAX_JSON_DEPTH = 34;

const LONE_SURROGATE = /\p{Surrogate}/u;

interface Walk {
  readonly path: (string | number)[];
  readonly ancestors: object[];
}

/**
 * Canonical JSON (RFC 8785, JCS): the one text of a JSON value, so that it can be signed. Keys are sorted by
 * UTF-16 code units, numbers are written as ECMAScript does, nothing is escaped that need not be. A property
 * that is `undefined` is left out.
 * @throws SwarmError `invalid-payload` with the path of what JSON cannot hold: lone surrogates, numbers that
 * are not finite, cycles, more than 34 levels, anything but plain objects, arrays, texts, numbers, booleans, null
 */
export function canonicalJson(value: unknown): string {
  return write(value, { path: [], ancestors: [] });
}

/** Whether a text has a surrogate without its other half, which no UTF-8 can hold. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

function write(value: unknown, walk: Walk): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeText(value, walk);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) refuse(walk, `${value} is not a JSON number`);
    // ECMAScript's shortest form is the one that RFC 8785 demands, -0 as 0 included.
    return JSON.stringify(value);
  }
  if (typeof value === "object") return writeObject(value, walk);
  return refuse(walk, `a value of type ${typeof value} is not JSON`);
}

function writeText(text: string, walk: Walk): string {
  if (hasLoneSurrogate(text)) refuse(walk, "a surrogate without its other half is not text");
  return JSON.stringify(text);
}

function writeObject(value: object, walk: Walk): string {
  if (walk.ancestors.includes(value)) refuse(walk, "it contains itself");
  if (walk.ancestors.length >= MAX_JSON_DEPTH)
    refuse(walk, `it is nested deeper than ${MAX_JSON_DEPTH} levels`);
  walk.ancestors.push(value);
  const text = Array.isArray(value) ? writeArray(value, walk) : writeMembers(value, walk);
  walk.ancestors.pop();
  return text;
}

function writeArray(items: readonly unknown[], walk: Walk): string {
  // Array.from visits holes too, and a hole is as little JSON as `undefined`.
  return `[${Array.from(items, (item, index) => writeEntry(index, item, walk)).join(",")}]`;
}

function writeMembers(value: object, walk: Walk): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has an Object.prototype of its own, which has no prototype either.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain) refuse(walk, `a ${value.constructor?.name ?? "class instance"} is not a plain object`);
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    if (key === "__proto__") refuse(walk, "the key __proto__ is not allowed");
    const entry: unknown = (value as Record<string, unknown>)[key];
    if (entry !== undefined) members.push(`${writeText(key, walk)}:${writeEntry(key, entry, walk)}`);
  }
  return `{${members.join(",")}}`;
}

function writeEntry(key: string | number, entry: unknown, walk: Walk): string {
  walk.path.push(key);
  const text = write(entry, walk);
  walk.path.pop();
  return text;
}

function refuse(walk: Walk, why: string): never {
  const path = walk.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  throw new SwarmError("invalid-payload", {
    what: `message${path} has no canonical JSON:`,
    why: `${why}.`,
    fix: "Pass JSON values only.",
  });
}
