import { useState } from "react";

type Keys = ReadonlyMap<number, number>;

/**
 * React keys for a list in which new rows push out old ones, by the ids of the rows: what stays keeps its key, and what comes
 * takes that of one that went, and with it its elements. Where all rows change at once, making them anew costs most.
 */
export function useRecycledKeys(ids: readonly number[]): Keys {
  const [shown, setShown] = useState<Keys>(new Map());
  const keys = recycledKeys(shown, ids);
  // Set while rendering: the keys of this render are those that the next one starts from.
  if (keys !== shown) setShown(keys);
  return keys;
}

/** Keys of `ids`, which differ from one another; `before` itself where they are of the same ids. Pure. */
export function recycledKeys(before: Keys, ids: readonly number[]): Keys {
  if (ids.length === before.size && ids.every((id) => before.has(id))) return before;
  const kept = ids.flatMap((id) => before.get(id) ?? []);
  const taken = new Set(kept);
  let free = 0;
  const nextFree = (): number => {
    while (taken.has(free)) free++;
    return free++;
  };
  return new Map(ids.map((id) => [id, before.get(id) ?? nextFree()]));
}
