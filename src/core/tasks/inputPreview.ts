/** Longest preview, in UTF-16 units. */
export const INPUT_PREVIEW_LENGTH = 160;
const MOST_ENTRIES = 8;
const MOST_DEPTH = 3;

/**
 * The beginning of an input on one line, so that a row says what a task is about: `{x: 3, y: [1, 2]}`. However big the
 * input is, only its beginning is looked at.
 */
export function inputPreview(input: unknown): string {
  try {
    return brief(input, MOST_DEPTH);
  } catch {
    // A getter of the app's own object threw: the task says so when it is encoded.
    return "";
  }
}

function brief(value: unknown, depth: number): string {
  if (typeof value === "string") return cut(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength})`;
  if (Array.isArray(value)) return cut(`[${several(value, (item) => brief(item, depth - 1), depth)}]`);
  const keys = Object.keys(value);
  const member = (key: string): string => `${cut(key)}: ${brief(Reflect.get(value, key), depth - 1)}`;
  return cut(`{${several(keys, member, depth)}}`);
}

function several<Item>(items: readonly Item[], write: (item: Item) => string, depth: number): string {
  if (items.length === 0) return "";
  if (depth === 0) return "…";
  const shown = items.slice(0, MOST_ENTRIES).map(write);
  return [...shown, ...(items.length > MOST_ENTRIES ? ["…"] : [])].join(", ");
}

function cut(text: string): string {
  return text.length > INPUT_PREVIEW_LENGTH ? `${text.slice(0, INPUT_PREVIEW_LENGTH - 1)}…` : text;
}
