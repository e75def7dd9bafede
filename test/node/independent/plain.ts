/** A payload as JSON, with nothing lost: typed arrays and text keep apart, -0 and 0 too. */
export function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const elements = Array.from(value as unknown as ArrayLike<number | bigint>, (element) =>
      Object.is(element, -0) ? "-0" : String(element),
    );
    return { array: value.constructor.name, elements };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number") return { number: Object.is(value, -0) ? "-0" : String(value) };
  if (typeof value === "object" && value !== null) {
    return { map: Object.entries(value).map(([key, member]) => [key, plain(member)]) };
  }
  return value;
}
