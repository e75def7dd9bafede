import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

export const chromiumPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** @param {string[]} command */
const succeeds = ([name = "", ...args]) => spawnSync(name, args, { stdio: "inherit" }).status === 0;

/** Installs Debian's Chromium when there is none; other systems name theirs in CHROMIUM_PATH. */
export function installChromium() {
  if (existsSync(chromiumPath)) return;
  const isRoot = process.getuid?.() === 0;
  const mayInstall = existsSync("/usr/bin/apt-get") && (isRoot || existsSync("/usr/bin/sudo"));
  if (mayInstall && !process.env.CHROMIUM_PATH) {
    console.log("Installing Chromium (apt-get)…");
    const asRoot = isRoot ? [] : ["sudo", "-n"];
    const aptGet = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    // Another apt may hold the lock on a fresh machine: wait for it instead of failing.
    const lock = ["-o", "DPkg::Lock::Timeout=300"];
    succeeds([...aptGet, ...lock, "update"]) &&
      succeeds([...aptGet, ...lock, "install", "-y", "--no-install-recommends", "chromium"]);
  }
  if (existsSync(chromiumPath)) return;
  throw new Error(
    `No Chromium at ${chromiumPath}, which the browser tests need. ` +
      "Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to a Chromium or Chrome.",
  );
}
