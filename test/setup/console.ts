import { afterEach } from "vitest";

/**
 * A test that leaves an error on the console fails. One that expects the error replaces the
 * function: `vi.spyOn(console, "error").mockImplementation(() => {})`.
 */
const errors: string[] = [];
const print = console.error;

console.error = (...values: unknown[]) => {
  errors.push(
    values
      .map((value) => (value instanceof Error ? (value.stack ?? value.message) : String(value)))
      .join(" "),
  );
  print.apply(console, values);
};

afterEach(() => {
  const seen = errors.splice(0);
  if (seen.length > 0) throw new Error(`console.error was called:\n${seen.join("\n")}`);
});
