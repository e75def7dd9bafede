import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { entries, root } from "./entries.mjs";

/**
 * Runs in a process of its own: what an import leaves behind would hide in this one. Symbols on
 * globalThis pass, because libraries share one context between their copies that way (react-redux,
 * through recharts).
 */
const importQuietly = `
  const globals = new Set(Object.getOwnPropertyNames(globalThis));
  const resources = process.getActiveResourcesInfo().length;
  await import(process.argv[1]);
  await new Promise((resolve) => setTimeout(resolve, 50)); // Node closes the files it has read
  const left = Object.getOwnPropertyNames(globalThis).filter((name) => !globals.has(name));
  left.push(...process.getActiveResourcesInfo().slice(resources));
  if (left.length > 0) throw new Error("importing it left behind: " + left.join(", "));
`;

/** @param {string} command @param {string[]} args */
function passes(command, args) {
  console.log(`\n> ${command} ${args.join(" ").replace(importQuietly, "…")}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) console.error(error.message);
  return status === 0;
}

/** @param {string} name */
const bin = (name) => join(root, "node_modules/.bin", name);

const results = [
  passes(bin("publint"), ["--strict"]),
  passes(bin("attw"), ["--pack", ".", "--profile", "esm-only"]),
  ...entries
    .filter(({ source, runsIn }) => runsIn === "browser" && existsSync(join(root, source)))
    .map(({ name }) => passes(process.execPath, ["--input-type=module", "--eval", importQuietly, name])),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
