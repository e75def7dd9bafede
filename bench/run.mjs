import { runnerImport } from "vite";
import { root, sourceAliases } from "../scripts/entries.mjs";

// Vite loads TypeScript straight from the sources: nothing has to be built first.
const { module } = await runnerImport(`${root}bench/runner/main.ts`, {
  configFile: false,
  root,
  logLevel: "warn",
  resolve: { alias: sourceAliases },
});
await module.main(process.argv.slice(2));
