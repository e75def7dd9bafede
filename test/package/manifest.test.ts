import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseSync } from "vite";
import { describe, expect, inject, it } from "vitest";
import { bundles, entries, root, workers } from "../../scripts/entries.mjs";

const packed = join(inject("consumerFolder"), "node_modules/peerswarm");
const run = promisify(execFile);

/** What a checker of packages complains of; nothing where it is content. */
const complaintsOf = (name: string, ...args: readonly string[]): Promise<string> =>
  run(join(root, "node_modules/.bin", name), args, { cwd: root, shell: process.platform === "win32" }).then(
    () => "",
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr || `${name} broke down.`,
  );

describe("the packed package", () => {
  it("pleases publint", async () => {
    expect(await complaintsOf("publint", packed, "--strict", "--pack", "false")).toBe("");
  });

  it("has types that are what its modules are", async () => {
    const tarball =
      readdirSync(inject("consumerFolder")).find((name) => name.endsWith(".tgz")) ?? "no tarball";
    const file = join(inject("consumerFolder"), tarball);
    expect(await complaintsOf("attw", file, "--profile", "esm-only", "--no-color")).toBe("");
  });

  it("exports every entry and nothing else", () => {
    const { exports } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
    const names = [...entries, ...workers, ...bundles].map(({ name }) => name.replace(/^peerswarm/, "."));
    expect(Object.keys(exports).toSorted()).toEqual(
      [...names, "./package.json", "./styles.css", "./styles.layered.css"].toSorted(),
    );
    const files = Object.values(exports).flatMap((to) =>
      typeof to === "string" ? to : Object.values(to as object),
    );
    expect(files.filter((file) => !existsSync(join(packed, file)))).toEqual([]);
  });

  it("has programs in one file each, with the licences of what is inside", () => {
    for (const { file } of bundles) {
      const { module } = parseSync(file, readFileSync(join(packed, "dist", file), "utf8"));
      expect([...module.staticImports, ...module.dynamicImports]).toEqual([]);
      const [, ...licences] = readFileSync(join(packed, "dist", `${file}.LEGAL.txt`), "utf8").split(/^## /m);
      const names = licences.map((licence) => licence.slice(0, licence.indexOf(" - ")));
      expect(names).toEqual(expect.arrayContaining(["react", "react-dom", "recharts", "peerjs"]));
      expect(
        licences.filter((licence) => !/permission|redistribution|licenses?\/mit/i.test(licence)),
      ).toEqual([]);
    }
  });

  it("holds what a reader looks for, and no source or test", () => {
    expect(readdirSync(packed).toSorted()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist",
      "package.json",
    ]);
  });
});
