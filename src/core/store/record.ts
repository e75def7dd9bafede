/**
 * A record with one entry changed, or removed where `value` is `undefined`. It has no prototype, because its keys
 * may be a peer's choice.
 */
export function withEntry<Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
  value: Value | undefined,
): Readonly<Record<string, Value>> {
  const copy: Record<string, Value> = Object.assign(emptyRecord<Value>(), record);
  if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

/** A record without entries and without a prototype. */
export function emptyRecord<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}
