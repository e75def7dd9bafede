import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { type Entry, readEntries } from "../../scripts/api/read.mjs";
import { root } from "../../scripts/entries.mjs";
import { compile } from "./support/compile.js";

interface Example {
  readonly entry: string;
  /** `useTask`, or `Swarm.sendFile`. */
  readonly owner: string;
  readonly code: string;
  readonly file: string;
}

const entries: readonly Entry[] = readEntries();
const examples = entries.flatMap(examplesOf);

function examplesOf({ name: entry, exports }: Entry): readonly Example[] {
  const owned = exports.flatMap(({ name, docs, members }) => [
    ...docs.examples.map((code) => ({ owner: name, code })),
    ...members.flatMap((member) =>
      member.docs.examples.map((code) => ({ owner: `${name}.${member.name}`, code })),
    ),
  ]);
  return owned.map(({ owner, code }, index) => {
    const file = `${entry}-${owner}-${index}.tsx`.replace(/[^\w.-]/g, "-");
    return { entry, owner, code, file };
  });
}

const readersOwn = "test/package/support/readersOwn.ts";

/** What examples name without importing it, and where it is: the own entry before the others. */
function homesOf(entry: string): ReadonlyMap<string, string> {
  const own = readFileSync(join(root, readersOwn), "utf8").matchAll(/^export declare \w+ (\w+)/gm);
  const ordered = [...entries].sort((a, b) => Number(b.name === entry) - Number(a.name === entry));
  const pairs = [
    ...ordered.flatMap(({ name, exports }) => exports.map((one) => [one.name, name] as const)),
    ...["useQuery", "useMutation", "useSuspenseQuery"].map(
      (name) => [name, "@tanstack/react-query"] as const,
    ),
    ...["useState", "useEffect"].map((name) => [name, "react"] as const),
    ...[...own].map(([, name = ""]) => [name, "./readersOwn.js"] as const),
  ];
  // The first one wins.
  return new Map(pairs.reverse());
}

/** An example as a module of its own, in which what it leaves to the reader is at hand. */
function moduleOf({ entry, code }: Example): string {
  const written = code.match(/^import .*$/gm) ?? [];
  const rest = code.replace(/^import .*$/gm, "");
  const homes = homesOf(entry);
  const used = new Set(rest.match(/\b[A-Za-z_]\w*\b/g));
  const given = new Set(written.flatMap((line) => line.replace(/from .*/, "").match(/\w+/g) ?? []));
  const missing = [...used].filter((name) => homes.has(name) && !given.has(name));
  const imports = missing.map((name) => `import { ${name} } from "${homes.get(name)}";`);
  return [
    'import * as v from "valibot";',
    ...written,
    ...imports,
    "export async function example() {",
    rest,
    "}",
    "void v;",
  ].join("\n");
}

describe("examples in docstrings", () => {
  let complaints = "";

  beforeAll(async () => {
    const folder = join(inject("consumerFolder"), "docstrings");
    mkdirSync(folder);
    copyFileSync(join(root, readersOwn), join(folder, "readersOwn.ts"));
    for (const example of examples) writeFileSync(join(folder, example.file), moduleOf(example));
    complaints = await compile({
      compiler: "typescript",
      folder,
      files: examples.map(({ file }) => file),
      options: { module: "esnext", moduleResolution: "bundler", types: ["node"] },
    });
  }, 180_000);

  it.each(examples)("compile: $owner of $entry", ({ file }) => {
    expect(complaints.split("\n").filter((complaint) => complaint.startsWith(file))).toEqual([]);
  });

  it("are found, and nothing else is complained of", () => {
    expect(examples.length).toBeGreaterThan(100);
    expect(complaints).toBe("");
  });
});

describe("docstrings", () => {
  it("say of every export what it is for", () => {
    const silent = entries.flatMap(({ name: entry, exports }) =>
      exports.filter(({ docs }) => docs.text === "").map(({ name }) => `${entry}: ${name}`),
    );
    expect(silent).toEqual([]);
  });

  it("have an example for every hook, and for all options of queries and mutations", () => {
    const shown = entries.flatMap(({ exports }) =>
      exports.filter(({ kind }) => kind === "hook" || kind === "options"),
    );
    expect(shown.length).toBeGreaterThan(75);
    expect(shown.filter(({ docs }) => docs.examples.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it("begin each entry", () => {
    expect(entries.filter(({ text }) => text === "").map(({ name }) => name)).toEqual([]);
  });
});
