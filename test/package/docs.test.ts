import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { root } from "../../scripts/entries.mjs";
import { compile } from "./support/compile.js";

interface Example {
  readonly document: string;
  /** Where its code begins, counted from 1. */
  readonly line: number;
  readonly extension: string;
  readonly code: string;
}

/** What examples leave to their reader. */
const readersOwn = `
declare const sessions: { find(token: string | undefined): Promise<{ rooms: string[] } | undefined> };
`;

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    // Those of docs/api come from docstrings, which are compiled by themselves.
    .filter((name) => name.endsWith(".md") && !/^api\W/.test(name))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort(),
];

/** Blocks of TypeScript that begin with an import; the others are parts of something. */
const examplesOf = (document: string): Example[] => {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/^```(tsx?)\n(import [\s\S]*?)^```$/gm)].map(
    ({ 1: extension = "", 2: code = "", index }) => ({
      document,
      line: text.slice(0, index).split("\n").length + 1,
      extension,
      code,
    }),
  );
};

const examples = documents.flatMap(examplesOf);
const fileOf = ({ document, line, extension }: Example): string =>
  `${document.replaceAll("/", "-").replace(/\.md$/, "")}-${line}.${extension}`;

describe("examples in the documentation", () => {
  let complaints = "";

  beforeAll(async () => {
    const folder = join(inject("consumerFolder"), "docs");
    mkdirSync(folder);
    writeFileSync(join(folder, "readersOwn.d.ts"), readersOwn);
    for (const example of examples) {
      // The compiler then counts lines as the document does.
      writeFileSync(join(folder, fileOf(example)), "\n".repeat(example.line - 1) + example.code);
    }
    complaints = await compile({
      compiler: "typescript",
      folder,
      files: ["readersOwn.d.ts", ...examples.map(fileOf)],
      options: { module: "esnext", moduleResolution: "bundler", types: ["node", "vite/client"] },
    });
  }, 180_000);

  it.each(examples)("compile: $document:$line", (example) => {
    const own = complaints.split("\n").filter((complaint) => complaint.startsWith(fileOf(example)));
    expect(own).toEqual([]);
  });

  it("are found, and nothing else is complained of", () => {
    expect(examples.filter(({ document }) => document === "README.md").length).toBeGreaterThanOrEqual(2);
    expect(complaints).toBe("");
  });
});

describe("docs/README.md", () => {
  it("leads to every document", () => {
    const index = readFileSync(join(root, "docs/README.md"), "utf8");
    const documents = readdirSync(join(root, "docs")).filter(
      (name) => name.endsWith(".md") && name !== "README.md",
    );
    expect(documents.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });
});

describe("the ten lines of the README", () => {
  it("are what the Vite example is made of", () => {
    const [first] = examples;
    const app = readFileSync(join(root, "examples/vite/src/App.tsx"), "utf8");
    const lines = app.split("\n").map((line) => line.trim());
    const wanted = first?.code.split("\n").map((line) => line.replace(/\s*\/\/.*$/, "").trim());
    expect(lines).toEqual(expect.arrayContaining(wanted?.filter((line) => line !== "") ?? []));
  });
});
