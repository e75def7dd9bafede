import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../../../scripts/entries.mjs";
import { pack } from "./packed.js";

/** What an example's own commands leave in its folder. */
const MADE = new Set(["node_modules", "dist", ".next", "package-lock.json", "next-env.d.ts"]);

export interface InstalledExample {
  readonly folder: string;
  remove(): void;
}

/** The versions that an example asks for. */
interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const writeJson = (file: string, value: unknown): void => writeFileSync(file, JSON.stringify(value, null, 2));

/**
 * Copies an example out of the repository, where it finds nothing that `npm install` did not bring, installs the packed
 * package into it, and runs its `build`, if it has one. The repository's lock file goes along, so that what both use
 * has the same version and, after `npm ci`, is at hand.
 */
export function installExample(name: string): InstalledExample {
  const folder = mkdtempSync(join(tmpdir(), `example-${name}-`));
  const source = join(root, "examples", name);
  cpSync(source, folder, { recursive: true, filter: (file) => !MADE.has(basename(file)) });
  const manifest: Manifest = readJson(join(source, "package.json"));
  const app = {
    ...manifest,
    dependencies: { ...manifest.dependencies, peerswarm: `file:${basename(pack(folder))}` },
  };
  const lock = readJson(join(root, "package-lock.json"));
  writeJson(join(folder, "package.json"), app);
  writeJson(join(folder, "package-lock.json"), {
    ...lock,
    name: app.name,
    packages: { ...lock.packages, "": app },
  });
  npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts");
  npm(folder, "run", "build", "--if-present");
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

function npm(folder: string, ...args: readonly string[]): void {
  execFileSync("npm", args, {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
    // Next.js tells its makers of each build otherwise.
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
}
