import { cpSync } from "node:fs";
import { join } from "node:path";
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
      const files = ["core.ts", "react.tsx", "testing.ts"];
      expect(await compile({ compiler, folder, files, options })).toBe("");
    },
  );

  it.concurrent("serve a server, which has no types of the DOM", async () => {
    const options = { ...nodenext, lib: ["es2023"], types: ["node"] };
    expect(await compile({ compiler, folder, files: ["server.ts"], options })).toBe("");
  });
});
