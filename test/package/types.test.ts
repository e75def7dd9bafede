import { cpSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { root } from "../../scripts/entries.mjs";
import { type Compiler, compile } from "./support/compile.js";

const folder = join(inject("consumerFolder"), "types");

beforeAll(() => cpSync(join(root, "test/package/types"), folder, { recursive: true }));

const compilers: readonly Compiler[] = ["typescript", "typescript-6", "typescript-5.9"];
const bundler = { module: "esnext", moduleResolution: "bundler" };
const nodenext = { module: "nodenext", moduleResolution: "nodenext" };

describe.each(compilers)("types under %s", (compiler) => {
  it.concurrent.each([bundler, nodenext])(
    "serve a page, which has no types of Node: $moduleResolution",
    async (options) => {
      const files = ["core.ts", "react.tsx", "element.ts", "elementReact.tsx", "testing.ts"];
      expect(await compile({ compiler, folder, files, options })).toBe("");
    },
  );

  it.concurrent("serve a server, which has no types of the DOM", async () => {
    const options = { ...nodenext, lib: ["es2023"], types: ["node"] };
    expect(await compile({ compiler, folder, files: ["server.ts"], options })).toBe("");
  });
});

/** Packages that a declaration file leads to, by whatever way. */
function packagesBehind(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const specifiers = [...readFileSync(file, "utf8").matchAll(/(?:from |import\(|import )"([^"]+)"/g)].map(
    ([, specifier = ""]) => specifier,
  );
  return specifiers.flatMap((specifier) =>
    specifier.startsWith(".")
      ? packagesBehind(join(dirname(file), specifier.replace(/\.js$/, ".d.ts")), seen)
      : [specifier],
  );
}

describe("types of the element", () => {
  const declarations = join(inject("consumerFolder"), "node_modules/peerswarm/dist/element");

  it.each(["index.d.ts", "widget.d.ts"])("need no types of React: %s", (file) => {
    const seen = new Set<string>();
    expect(packagesBehind(join(declarations, file), seen).filter((name) => /react/.test(name))).toEqual([]);
    expect(seen.size).toBeGreaterThan(20);
  });

  it("are React's only where they are asked for", () => {
    expect(packagesBehind(join(declarations, "jsx.d.ts"))).toContain("react");
  });
});
