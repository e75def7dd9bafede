import { SwarmError } from "../errors.js";
import type { Storage } from "./storage.js";
import { createTurns } from "./turns.js";

/** Storage that lives as long as the process: for Node, private windows and tests. */
export function memoryStorage(): Storage {
  const collections = new Map<string, Map<string, unknown>>();
  const collection = (name: string): Map<string, unknown> => {
    const records = collections.get(name) ?? new Map<string, unknown>();
    collections.set(name, records);
    return records;
  };
  return {
    get: async (name, key) => structuredClone(collection(name).get(key)),
    async entries(name, { from, before, limit, isReversed = false } = {}) {
      const keys = [...collection(name).keys()]
        .filter((key) => (from === undefined || key >= from) && (before === undefined || key < before))
        .sort(byCodeUnits);
      if (isReversed) keys.reverse();
      return keys.slice(0, limit).map((key) => [key, structuredClone(collection(name).get(key))] as const);
    },
    async write(changes) {
      // Copied first: a value that cannot be copied must leave everything as it was.
      const copies = changes.map(({ value }) => copyOf(value));
      for (const [index, { collection: name, key }] of changes.entries()) {
        if (copies[index] === undefined) collection(name).delete(key);
        else collection(name).set(key, copies[index]);
      }
    },
    exclusively: createTurns(),
  };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new SwarmError("storage-failed", {
      what: "A record could not be kept.",
      why: "Its value cannot be copied (structured clone).",
      cause,
    });
  }
}
