import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/entries.mjs";

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

const names = readdirSync(join(root, "examples")).filter((name) =>
  existsSync(join(root, "examples", name, "package.json")),
);

const { version } = readJson("package.json");
const { packages } = readJson("package-lock.json");

describe.each(names)("examples/%s", (name) => {
  const { dependencies, devDependencies } = readJson(`examples/${name}/package.json`);

  it("takes peerswarm from what npm pack makes in the repository's root", () => {
    expect(dependencies.peerswarm).toBe(`file:../../peerswarm-${version}.tgz`);
  });

  it("asks for the versions that the repository is tested with", () => {
    const { peerswarm: _, ...others } = { ...dependencies, ...devDependencies };
    const asked = Object.entries(others).filter(([dependency]) => `node_modules/${dependency}` in packages);
    const tested = asked.map(([dependency]) => [dependency, packages[`node_modules/${dependency}`].version]);
    expect(asked).toEqual(tested);
  });
});
