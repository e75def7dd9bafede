import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEntries } from "../../scripts/api/read.mjs";
import { renderPages } from "../../scripts/api/render.mjs";
import { root } from "../../scripts/entries.mjs";

const folder = join(root, "docs/api");
const pages = renderPages(readEntries());
const committed = (file: string): string => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n");

describe("the API reference", () => {
  it("has a page for each entry, and no other", () => {
    expect(readdirSync(folder).sort()).toEqual(pages.map(({ file }) => file).sort());
  });

  it.each(pages)("is what the docstrings say: $file", ({ file, text }) => {
    expect(committed(file) === text, `docs/api/${file} is stale: npm run api writes it anew.`).toBe(true);
  });

  it("names no folder of a machine and no line of a source", () => {
    for (const { text } of pages) expect(text).not.toMatch(/\/(work|home|tmp)\/|import\("|\.tsx?:\d/);
  });

  it("links to headings that are there", () => {
    const headings = new Map(pages.map(({ file, text }) => [file, anchorsOf(text)]));
    const broken = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)]
        .filter(([, page = file, anchor]) => {
          const known = headings.get(page);
          return known === undefined || (anchor !== undefined && !known.has(anchor));
        })
        .map(([link]) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

/** Names of headings as GitHub gives them, a number behind those that come again. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}
