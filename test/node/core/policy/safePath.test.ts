import { posix, win32 } from "node:path";
import fc from "fast-check";
import { safePath } from "peerswarm";
import { describe, expect, it } from "vitest";

describe("safePath", () => {
  it.each([
    ["docs/a.md", "docs/a.md"],
    ["docs", "docs"],
    ["./docs//b/../a.md", "docs/a.md"],
    ["docs\\sub\\a.md", "docs/sub/a.md"],
    ["docs/100%.txt", "docs/100%.txt"],
    ["docs/%41.txt", "docs/%41.txt"],
    ["docs/über ﬁle.txt", "docs/über ﬁle.txt"],
    ["x/../docs/a", "docs/a"],
  ])("allows %s", (path, shortest) => {
    expect(safePath(path, ["docs"])).toBe(shortest);
  });

  it.each([
    "",
    "secret",
    "docs2/a",
    "docs/../secret",
    "docs/../../secret",
    "../docs/a",
    "docs/..\\..\\secret",
    "/docs/a",
    "//server/docs/a",
    "\\\\server\\docs",
    "C:\\docs\\a",
    "C:docs/a",
    "file:///docs/a",
    "docs/%2e%2e/secret",
    "docs/%2E%2e%2fsecret",
    "docs/%252e%252e/secret",
    "docs/%2%65%2%65/secret",
    "docs%2f..%2f..%2fsecret",
    "docs/%5c..%5c..%5csecret",
    "docs/%c0%ae%c0%ae/secret",
    "docs/a%00.md",
    "docs/a\0.md",
    "docs/a\u202e.md",
    "docs/\ud800",
    "docs/．．/secret",
    "docs／..／..／secret",
    "docs/‥/secret",
    "docs∕..∕..∕secret",
    "docs/.. /secret",
    "docs/.../secret",
  ])("refuses %s", (path) => {
    expect(safePath(path, ["docs"])).toBeUndefined();
  });

  it("refuses what is too long to be one", () => {
    expect(safePath("docs/".repeat(1000), ["docs"])).toBeUndefined();
  });

  it("keeps absolute and relative places apart", () => {
    expect(safePath("/work/a/../b", ["/work"])).toBe("/work/b");
    expect(safePath("/etc/passwd", ["."])).toBeUndefined();
    expect(safePath("a/b", ["."])).toBe("a/b");
    expect(safePath("./", ["."])).toBe(".");
    expect(safePath("a", ["/"])).toBeUndefined();
    expect(safePath("/a", ["/"])).toBe("/a");
    expect(safePath("a", [])).toBeUndefined();
    expect(safePath("a", [""])).toBeUndefined();
    expect(safePath("a", ["../.."])).toBeUndefined();
  });

  /** What others may make of a path before they open it. */
  const readersOf = (path: string): string[] => {
    const decode = (text: string): string => {
      try {
        return decodeURIComponent(text);
      } catch {
        return unescape(text);
      }
    };
    const once = decode(path);
    const twice = decode(once);
    return [path, once, twice, decode(twice)].flatMap((one) => [one, one.normalize("NFKC")]);
  };
  const isInside = (path: string, prefix: string): boolean => {
    const fromPosix = posix.relative(posix.resolve("/root", prefix), posix.resolve("/root", path));
    const fromWindows = win32.relative(win32.resolve("D:\\root", prefix), win32.resolve("D:\\root", path));
    return (
      !/^\.\.(?:\/|$)/.test(fromPosix) && !/^\.\.(?:\\|$)/.test(fromWindows) && !win32.isAbsolute(fromWindows)
    );
  };

  const trick = fc.constantFrom(
    "..",
    ".",
    "/",
    "//",
    "\\",
    "%2e",
    "%2E",
    "%2f",
    "%5c",
    "%252e",
    "%252f",
    "%25252e",
    "%2%65",
    "．",
    "／",
    "‥",
    "＼",
    "a",
    "b",
    "docs",
    "docs/",
    "%",
    "%4",
    "C:",
    " ",
    "\0",
    "%00",
    "ü",
  );
  const path = fc.oneof(
    fc.array(trick, { size: "max", maxLength: 12 }).map((parts) => parts.join("")),
    fc.array(trick, { size: "max", maxLength: 8 }).map((parts) => `docs/${parts.join("")}`),
    fc.string({ unit: "binary", size: "max", maxLength: 30 }).map((text) => `docs/${text}`),
  );

  it("allows nothing that Node's own resolvers put elsewhere, in any reading", () => {
    fc.assert(
      fc.property(path, (one) => {
        const safe = safePath(one, ["docs"]);
        if (safe === undefined) return;
        for (const reading of readersOf(safe)) expect(isInside(reading, "docs")).toBe(true);
        expect(posix.normalize(one.replaceAll("\\", "/")).replace(/(?<=.)\/$/, "")).toBe(safe);
      }),
      { numRuns: 20_000 },
    );
  });

  it("allows what stays inside and plays no tricks", () => {
    const name = fc.stringMatching(/^[a-z0-9_-]{1,8}(?:\.[a-z]{1,3})?$/);
    const plain = fc.array(fc.oneof(name, fc.constant(".")), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(plain, fc.constantFrom("/", "//", "\\"), (parts, separator) => {
        const one = ["docs", ...parts].join(separator);
        expect(safePath(one, ["docs"])).toBe(posix.normalize(one.replaceAll("\\", "/")).replace(/\/$/, ""));
      }),
    );
  });
});
