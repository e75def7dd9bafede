import { expect, test, vi } from "vitest";
import { createDeclarations } from "../../../src/core/protocols/declarations.js";
import { EMPTY_PROFILE, type Profile } from "../../../src/core/store/snapshot.js";

const MAX = 3;

function declarations(chosen: readonly string[] = ["chat"]) {
  const onChanged = vi.fn();
  const check = ({ capabilities }: Profile): void => {
    if (capabilities.length > MAX) throw new RangeError("too many");
  };
  const book = createDeclarations({ ...EMPTY_PROFILE, capabilities: chosen }, check, onChanged);
  return { book, onChanged, capabilities: () => book.profile.capabilities };
}

test("what is declared is announced beside what the app chose, until it is taken back", async () => {
  const { book, onChanged, capabilities } = declarations();
  const stop = book.declare("task:sum");
  expect(capabilities()).toEqual(["chat", "task:sum"]);
  await Promise.resolve();
  expect(onChanged).toHaveBeenCalledTimes(1);
  stop();
  expect(capabilities()).toEqual(["chat"]);
  await Promise.resolve();
  expect(onChanged).toHaveBeenCalledTimes(2);
});

test("several changes in one go are announced once, and none where nothing changes", async () => {
  const { book, onChanged } = declarations();
  const stops = [book.declare("a"), book.declare("b"), book.declare("a")];
  await Promise.resolve();
  expect(onChanged).toHaveBeenCalledTimes(1);
  stops[0]?.();
  stops[0]?.();
  await Promise.resolve();
  expect(onChanged).toHaveBeenCalledTimes(1);
  expect(book.profile.capabilities).toEqual(["chat", "a", "b"]);
});

test("declared twice it stays until both are taken back", () => {
  const { book, capabilities } = declarations([]);
  const [one, two] = [book.declare("a"), book.declare("a")];
  one();
  expect(capabilities()).toEqual(["a"]);
  two();
  expect(capabilities()).toEqual([]);
});

test("what the app chooses anew keeps what is declared, and is listed once", () => {
  const { book, capabilities } = declarations();
  book.declare("a");
  book.choose({ name: "Ada", capabilities: ["a", "b"] });
  expect(book.profile.name).toBe("Ada");
  expect(capabilities()).toEqual(["a", "b"]);
});

test("what peers would not take is refused, and changes nothing", () => {
  const { book, capabilities } = declarations(["a", "b"]);
  book.declare("c");
  expect(() => book.declare("d")).toThrow("too many");
  expect(() => book.choose({ capabilities: ["a", "b", "e"] })).toThrow("too many");
  expect(capabilities()).toEqual(["a", "b", "c"]);
  // Nothing of the refused one is left behind.
  book.choose({ capabilities: ["a"] });
  expect(capabilities()).toEqual(["a", "c"]);
});
