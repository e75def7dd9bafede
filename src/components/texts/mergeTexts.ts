import type { Texts, TextsOverride } from "./texts.js";

/** A group of texts: all of {@link Texts} but the locale. */
export type GroupName = Exclude<keyof Texts, "locale">;

// Many rows ask for the same group, and a memoised one must get the same object each time.
const completed = new WeakMap<object, WeakMap<object, object>>();

/** A group with some of its texts changed; the same object for the same two. */
export function completeGroup<Group extends object>(base: Group, change: Partial<Group>): Group {
  const known = completed.get(base) ?? new WeakMap<object, object>();
  completed.set(base, known);
  const found = known.get(change) ?? { ...base, ...change };
  known.set(change, found);
  return found as Group;
}

/** Texts with some of them changed. */
export function mergeTexts(base: Texts, change: TextsOverride): Texts {
  return mergeOverrides(base, change) as Texts;
}

/** What differs from English with more of it changed. */
export function mergeOverrides(base: TextsOverride, change: TextsOverride): TextsOverride {
  const names = new Set([...Object.keys(base), ...Object.keys(change)]) as Set<keyof Texts>;
  return Object.fromEntries([...names].map((name) => [name, mergeGroup(base[name], change[name])]));
}

function mergeGroup(base: TextsOverride[keyof Texts], change: TextsOverride[keyof Texts]): unknown {
  return typeof base === "object" && typeof change === "object"
    ? completeGroup(base, change)
    : (change ?? base);
}
