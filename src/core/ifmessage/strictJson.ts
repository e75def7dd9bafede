import { hasLoneSurrogate, MAX_JSON_DEPTH } from "../canonicalJson.js";

/** Why a text is not taken as JSON although a lenient parser may read it. */
export type JsonFault =
  | "not-json"
  | "too-deep"
  | "duplicate-key"
  | "forbidden-key"
  | "lone-surrogate"
  | "number-out-of-range";

/** A JSON value, or why the text is refused. */
export type JsonReading = { readonly value: unknown } | { readonly fault: JsonFault };

const WHITE_SPACE = /[ \t\n\r]/;

/**
 * Reads JSON that has exactly one meaning (I-JSON, RFC 7493): no key twice, no lone surrogate, no number
 * beyond the range of a double, no `__proto__`, and no nesting that could exhaust a stack. Never throws.
 */
export function readStrictJson(text: string): JsonReading {
  // Before anything is built: an engine's own parser may be recursive.
  const fault = inspectKeys(text);
  if (fault !== undefined) return { fault };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: "not-json" };
  }
  return inspectValue(value) ?? { value };
}

/** What can be seen in the text alone. Text that is no JSON at all is left to the parser. */
function inspectKeys(text: string): JsonFault | undefined {
  const levels: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === "{" || letter === "[") {
      if (levels.push(new Set()) > MAX_JSON_DEPTH) return "too-deep";
    } else if (letter === "}" || letter === "]") {
      levels.pop();
    } else if (letter === '"') {
      const end = endOfText(text, at);
      if (isKey(text, end)) {
        const fault = rememberKey(text.slice(at, end), levels.at(-1));
        if (fault !== undefined) return fault;
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Index behind the closing quote of the text literal that begins at `start`. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (WHITE_SPACE.test(text[at] ?? "")) at++;
  return text[at] === ":";
}

function rememberKey(literal: string, known: Set<string> | undefined): JsonFault | undefined {
  let key: unknown;
  try {
    // Two spellings of one key, such as "a" and "\u0061", are the same key.
    key = JSON.parse(literal);
  } catch {
    return "not-json";
  }
  if (typeof key !== "string" || known === undefined) return "not-json";
  if (key === "__proto__") return "forbidden-key";
  if (known.has(key)) return "duplicate-key";
  known.add(key);
  return undefined;
}

/** What can be seen in the values; the depth is known to be small. */
function inspectValue(value: unknown): { readonly fault: JsonFault } | undefined {
  if (typeof value === "string") return hasLoneSurrogate(value) ? { fault: "lone-surrogate" } : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : { fault: "number-out-of-range" };
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, entry] of Object.entries(value)) {
    const found = inspectValue(key) ?? inspectValue(entry);
    if (found !== undefined) return found;
  }
  return undefined;
}
