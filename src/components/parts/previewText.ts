/** Longest preview, in UTF-16 units. */
const PREVIEW_LENGTH = 600;
// What turns text around or hides it could make a request look like another one.
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const LINE_END = "\n";

/**
 * The beginning of a value as text, for a person who decides about it. Characters that are not seen, or that turn others
 * around, are written as escapes.
 */
export function previewText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value, named, 1) ?? String(value));
  const start = text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH)}…` : text;
  return start.replace(DECEPTIVE, (character) => (character === LINE_END ? character : escaped(character)));
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

// Numbers of bytes say more than thousands of them.
function named(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? `${value.constructor.name}, ${value.byteLength} bytes` : value;
}
