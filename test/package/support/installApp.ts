import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../../../scripts/entries.mjs";
import { pack } from "./packed.js";

/** What the app's own source asks for, besides peerswarm; the versions are the repository's. */
const wanted = [
  "react",
  "react-dom",
  "@tanstack/react-query",
  "recharts",
  "valibot",
  "vite",
  "@vitejs/plugin-react",
];

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
  readonly [field: string]: unknown;
}

const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8"));

/**
 * Installs the packed package into a copy of the app outside of the repository, where it finds nothing that
 * `npm install` did not bring. The repository's lock file goes along, so that every version and, after
 * `npm ci`, every file is at hand. Returns the folder.
 */
export function installApp(): string {
  const folder = mkdtempSync(join(tmpdir(), "packed-app-"));
  cpSync(join(root, "test/package/vite-app"), folder, { recursive: true });
  const lock: LockFile = readJson(join(root, "package-lock.json"));
  const dependencies = {
    ...Object.fromEntries(wanted.map((name) => [name, lock.packages[`node_modules/${name}`]?.version])),
    peerswarm: `file:${basename(pack(folder))}`,
  };
  const app = { ...readJson(join(folder, "package.json")), dependencies };
  writeFileSync(join(folder, "package.json"), JSON.stringify(app));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ ...lock, name: app.name, packages: { ...lock.packages, "": app } }),
  );
  npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts");
  npm(folder, "run", "build");
  return folder;
}

function npm(folder: string, ...args: readonly string[]): void {
  execFileSync("npm", args, { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
}
