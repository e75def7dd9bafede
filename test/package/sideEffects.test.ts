import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { bundles, entries } from "../../scripts/entries.mjs";

const run = promisify(execFile);
const folder = inject("consumerFolder");

/** Runs a module in a Node of its own, as a server of the consumer would; returns what it printed. */
const runModule = async (source: string): Promise<string> => {
  // Node warns of some of its own globals when they are read.
  const args = ["--no-warnings", "--input-type=module", "--eval", source];
  // What is left open would keep the process for ever.
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, timeout: 30_000 });
  return stdout + stderr;
};

/**
 * Symbols on globalThis pass, because libraries share one context between their copies that way (react-redux,
 * through recharts).
 */
const importQuietly = (name: string): string => `
  const valuesOfGlobals = () =>
    new Map(Object.getOwnPropertyNames(globalThis).map((name) => [name, globalThis[name]]));
  const before = valuesOfGlobals();
  const resources = process.getActiveResourcesInfo().length;
  await import(${JSON.stringify(name)});
  await new Promise((resolve) => setTimeout(resolve, 50)); // Node closes the files it has read
  const changed = [...valuesOfGlobals()]
    .filter(([name, value]) => !before.has(name) || !Object.is(value, before.get(name)))
    .map(([name]) => name);
  console.log([...changed, ...process.getActiveResourcesInfo().slice(resources)].join(" "));
`;

const browserEntries = [...entries.filter(({ runsIn }) => runsIn === "browser"), ...bundles].map(
  ({ name }) => name,
);

describe("importing an entry in plain Node", () => {
  it.each(browserEntries)("changes no global and opens nothing: %s", async (name) => {
    expect((await runModule(importQuietly(name))).trim()).toBe("");
  });
});

describe("a server that renders the packed panels", () => {
  it("gets markup, and ends by itself", async () => {
    const markup = await runModule(`
      import { createElement as h } from "react";
      import { renderToString } from "react-dom/server";
      import { createSwarm } from "peerswarm";
      import { BandwidthPanel, ConnectionPanel, PeersPanel, SwarmGate } from "peerswarm/components";
      import { SwarmProvider, usePeers } from "peerswarm/react";
      const Count = () => h("output", null, usePeers((peers) => peers.length));
      const panels = [BandwidthPanel, ConnectionPanel, PeersPanel, SwarmGate, Count].map((part) => h(part, { key: part.name }));
      console.log(renderToString(h(SwarmProvider, { swarm: createSwarm({ room: "lobby" }) }, panels)));
    `);
    for (const panel of ["bandwidth", "connection", "peers", "gate"]) {
      expect(markup).toContain(`data-panel="${panel}"`);
    }
    expect(markup).toContain("<output>0</output>");
  });
});

describe("the packed command", () => {
  it("says how it is used", async () => {
    const { stdout } = await run(process.execPath, ["node_modules/peerswarm/dist/server/cli.js", "--help"], {
      cwd: folder,
    });
    expect(stdout).toContain("--port");
  });
});
