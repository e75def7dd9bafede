import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./entries.mjs";

/** @typedef {{ name: string, passed: boolean, size: number, sizeLimit: number }} Size */

const report = join(root, "test-results/sizes.json");

/** @param {number} bytes */
const inKilobytes = (bytes) => `${(bytes / 1000).toFixed(2)} KB`.padStart(9);

const { status, stdout } = spawnSync(
  process.execPath,
  [join(root, "node_modules/size-limit/bin.js"), "--json"],
  { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
);
if (stdout.trim().startsWith("[")) {
  mkdirSync(join(root, "test-results"), { recursive: true });
  writeFileSync(report, stdout);
  for (const { name, passed, size, sizeLimit } of /** @type {Size[]} */ (JSON.parse(stdout))) {
    console.log(`${passed ? "✓" : "✗"} ${inKilobytes(size)} of ${inKilobytes(sizeLimit)}  ${name}`);
  }
} else console.error(stdout);
process.exitCode = status ?? 1;
