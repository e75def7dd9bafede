import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, inject, it } from "vitest";

const dist = join(inject("consumerFolder"), "node_modules/peerswarm/dist");

/** Each export of an entry by the first line of the module it comes from. */
function firstLines(entry: string): Map<string, string> {
  const file = join(dist, entry);
  const imports = readFileSync(file, "utf8").matchAll(/^(?:import|export) \{ (.+) \} from "(\..+)";$/gm);
  return new Map(
    [...imports].flatMap(([, names = "", from = ""]) => {
      const [line = ""] = readFileSync(join(dirname(file), from), "utf8").split("\n");
      return names.split(", ").map((name) => [name.replace(/^.* as /, ""), line] as const);
    }),
  );
}

/** What needs React's client: hooks and components. */
const isClientOnly = (name: string): boolean =>
  /^use[A-Z]|Panel$|Provider$|^Swarm(Dashboard|Devtools|Gate)$|^(CopyButton|Fact)$/.test(name);

describe.each([
  ["hooks/index.js", "useSwarm"],
  ["components/index.js", "PeersPanel"],
  ["devtools/index.js", "SwarmDevtools"],
])("exports of %s", (entry, one) => {
  const clientOnly = [...firstLines(entry)].filter(([name]) => isClientOnly(name));

  it("that need the browser's React say so to server components", () => {
    expect(clientOnly.map(([name]) => name)).toContain(one);
    expect(clientOnly.filter(([, line]) => line !== '"use client";')).toEqual([]);
  });
});

it.each([
  ["hooks/index.js", ["swarmKeys", "requestQueryOptions", "taskMutationOptions"]],
  ["components/index.js", ["englishTexts", "peerLabel", "shortAgentId"]],
  ["core/index.js", ["createSwarm", "defineMessage"]],
])("what runs on either side is called by server components as it is: %s", (entry, names) => {
  const lines = firstLines(entry);
  expect(names.filter((name) => !lines.has(name) || lines.get(name) === '"use client";')).toEqual([]);
});
