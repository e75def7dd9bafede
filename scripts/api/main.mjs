import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../entries.mjs";
import { readEntries } from "./read.mjs";
import { renderPages } from "./render.mjs";

const folder = join(root, "docs/api");
const pages = renderPages(readEntries());
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) {
  if (!pages.some((page) => page.file === file)) rmSync(join(folder, file));
}
for (const { file, text } of pages) writeFileSync(join(folder, file), text);
console.log(`Wrote ${pages.length} pages into docs/api.`);
