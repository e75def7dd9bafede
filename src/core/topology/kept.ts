/** What was before, where it says the same in every field. */
export function kept<T extends object>(before: T | undefined, now: T): T {
  if (before === undefined) return now;
  // Not a list of keys: in a crowd this runs for tens of thousands of links twice a second.
  for (const field in now) if (before[field] !== now[field]) return now;
  return before;
}

/** The list that was before, where it holds the same objects. */
export function keptList<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  const isSame = before.length === now.length && before.every((item, index) => item === now[index]);
  return isSame ? before : now;
}
