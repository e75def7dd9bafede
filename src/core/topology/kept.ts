/** What was before, where it says the same in every field. */
export function kept<T extends object>(before: T | undefined, now: T): T {
  if (before === undefined) return now;
  const fields = Object.keys(now) as (keyof T)[];
  return fields.every((field) => before[field] === now[field]) ? before : now;
}

/** The list that was before, where it holds the same objects. */
export function keptList<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  const isSame = before.length === now.length && before.every((item, index) => item === now[index]);
  return isSame ? before : now;
}
