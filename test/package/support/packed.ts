import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/entries.mjs";

const runsInShell = process.platform === "win32";

/** Packs what `npm publish` would upload; returns the tarball's path. */
export function pack(folder: string): string {
  if (!existsSync(join(root, "dist"))) throw new Error("There is no dist to pack: npm run build makes it.");
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const output = execFileSync("npm", args, { cwd: root, encoding: "utf8", shell: runsInShell });
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  return join(folder, filename);
}

export interface Consumer {
  /** A folder whose `node_modules` has the packed package. */
  readonly folder: string;
  remove(): void;
}

/**
 * A stranger's project without an installation: it lies within the repository, so that every other package is
 * found in the repository's own `node_modules`.
 */
export function createConsumer(): Consumer {
  mkdirSync(join(root, "test-results"), { recursive: true });
  const folder = mkdtempSync(join(root, "test-results/consumer-"));
  // A package of its own: in the repository's, "peerswarm" would mean the repository itself.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
  const installed = join(folder, "node_modules/peerswarm");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", pack(folder), "--strip-components=1", "-C", installed]);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
