import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as hooks from "peerswarm/react";
import { describe, expect, it } from "vitest";
import { hookTable } from "./hookTable.js";

/** The hooks of the specification (H1). */
const specified = [
  "useSwarm",
  "usePeers",
  "usePeer",
  "useBandwidth",
  "useConsensus",
  "useSignaling",
  "useActivity",
  "useMessage",
  "useRequest",
  "useTask",
  "useTasks",
  "useCapabilities",
  "useKnowledge",
  "useReflections",
  "useWitness",
  "useTopology",
  "useDiagnosis",
  "useTransfer",
  "useTransfers",
  "useSharedState",
  "usePresence",
];

const names = Object.keys(hooks).filter((name) => /^use[A-Z]/.test(name));
const folder = join(process.cwd(), "test/dom");
const types = readdirSync(folder)
  .filter((file) => file.endsWith(".test-d.ts"))
  .map((file) => readFileSync(join(folder, file), "utf8"))
  .join("\n");
// A boolean, because a failure need not print all of them.
const hasTypeTest = (pattern: string): boolean => new RegExp(pattern).test(types);
const options = Object.keys(hooks).filter((name) => /(Query|Mutation)Options$/.test(name));

describe("the hooks of the specification", () => {
  it.each(specified)("has %s", (name) => expect(names).toContain(name));
});

// Examples are asked for by test/package/docstrings.test.ts, which compiles them.
describe.each(names)("%s", (name) => {
  it("has a row in the table of renders", () => {
    expect(hookTable.map((row) => row.name.split(",")[0])).toContain(name);
  });

  it("has a type that is tested", () => {
    expect(hasTypeTest(`expectTypeOf\\(\\s*${name}\\(`)).toBe(true);
  });

  it("has a use that must not compile", () => {
    expect(hasTypeTest(`// @ts-expect-error.*\\n.*\\b${name}\\(`)).toBe(true);
  });
});

describe.each(options)("%s", (name) => {
  it("has a type that is tested", () => expect(hasTypeTest(`\\(${name}\\(`)).toBe(true));
});
