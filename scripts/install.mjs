import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./entries.mjs";

/** @typedef {{ version: string, optional?: boolean }} LockedPackage */

/** @param {string} file @returns {Record<string, LockedPackage>} */
const lockedPackages = (file) => JSON.parse(readFileSync(join(root, file), "utf8")).packages;

/**
 * Compares versions and not file times: git gives the lock file a new time on every branch switch.
 * Optional packages are left out, because each platform installs only its own.
 */
function isInstalled() {
  if (!existsSync(join(root, "node_modules/.package-lock.json"))) return false;
  const installed = lockedPackages("node_modules/.package-lock.json");
  return Object.entries(lockedPackages("package-lock.json")).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/** Installs the npm packages when they are missing or differ from the lock file. */
export function installPackages() {
  if (isInstalled()) return;
  console.log("Installing npm packages (npm ci)…");
  const { status } = spawnSync("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("npm ci failed: its output above says why. Mend that and run again.");
}
