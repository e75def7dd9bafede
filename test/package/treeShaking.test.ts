import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { build, type Rolldown } from "vite";
import { afterEach, describe, expect, inject, it, vi } from "vitest";

const folder = inject("consumerFolder");
const modulesFolder = `${sep}node_modules${sep}`;

/** `peerswarm/dist/core/swarm.js` for a module of a package, wherever that is installed. */
const nameOf = (id: string): string =>
  id
    .slice(id.lastIndexOf(modulesFolder) + modulesFolder.length)
    .replaceAll(sep, "/")
    .replace(/\?.*$/, "");

interface Bundle {
  /** Modules of packages that the page loads at once, with some code of theirs left. */
  readonly atOnce: readonly string[];
  /** Modules that only a dynamic import loads. */
  readonly later: readonly string[];
  /** What the page loads at once. */
  readonly code: string;
}

function describeBundle(chunks: readonly Rolldown.OutputChunk[]): Bundle {
  const loadedAtOnce = new Set<Rolldown.OutputChunk>();
  const load = (fileName: string): void => {
    const chunk = chunks.find((one) => one.fileName === fileName);
    if (chunk === undefined || loadedAtOnce.has(chunk)) return;
    loadedAtOnce.add(chunk);
    chunk.imports.forEach(load);
  };
  for (const { fileName, isEntry } of chunks) if (isEntry) load(fileName);
  const modulesOf = (which: readonly Rolldown.OutputChunk[]): string[] =>
    which
      .flatMap(({ modules }) => Object.entries(modules))
      .filter(([id, { renderedLength }]) => renderedLength > 0 && id.includes(modulesFolder))
      .map(([id]) => nameOf(id));
  return {
    atOnce: modulesOf([...loadedAtOnce]),
    later: modulesOf(chunks.filter((chunk) => !loadedAtOnce.has(chunk))),
    code: [...loadedAtOnce].map(({ code }) => code).join("\n"),
  };
}

afterEach(() => vi.unstubAllEnvs());

let count = 0;

/** Bundles an app as Vite does by default, with names that stay readable. */
async function bundle(source: string): Promise<Bundle> {
  const entry = join(folder, `app-${count++}/main.tsx`);
  mkdirSync(dirname(entry));
  writeFileSync(entry, source);
  // vitest's own would choose what is for development.
  vi.stubEnv("NODE_ENV", "production");
  const built = await build({
    root: dirname(entry),
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, modulePreload: false, rolldownOptions: { input: entry } },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  return describeBundle(output.filter((file) => file.type === "chunk"));
}

const packagesOf = (modules: readonly string[]): string[] => [
  ...new Set(modules.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)),
];

const own = (modules: readonly string[], layer: string): string[] =>
  modules.filter((name) => name.startsWith(`peerswarm/dist/${layer}/`));

const othersMarkup = ["ps-metrics", "ps-exposure", "ps-membership"];

describe("an app with useSwarm and the peers panel", async () => {
  const { atOnce, later, code } = await bundle(`
    import { createSwarm } from "peerswarm";
    import { PeersPanel } from "peerswarm/components";
    import { SwarmProvider, useSwarm } from "peerswarm/react";
    import { createRoot } from "react-dom/client";
    const Room = () => <p>{useSwarm().getSignalingStatus().room}</p>;
    createRoot(document.body).render(
      <SwarmProvider swarm={createSwarm()}><Room /><PeersPanel /></SwarmProvider>,
    );
  `);

  it("has the packed core, hooks and panel", () => {
    expect(atOnce).toEqual(
      expect.arrayContaining([
        "peerswarm/dist/core/swarm.js",
        "peerswarm/dist/hooks/useSwarm.js",
        "peerswarm/dist/components/PeersPanel.js",
      ]),
    );
    expect(code).toContain("ps-peer-round-trip");
  });

  it("has neither recharts nor what recharts brings", () => {
    const charts = /^(recharts|d3-|victory-vendor|react-redux|@reduxjs|redux|immer|es-toolkit|decimal)/;
    expect(packagesOf([...atOnce, ...later]).filter((name) => charts.test(name))).toEqual([]);
  });

  it("has no other panel", () => {
    const panels = own([...atOnce, ...later], "components").filter((name) =>
      /(Panel|Gate|Chart|Dashboard)\.js$/.test(name),
    );
    expect(panels.toSorted()).toEqual([
      "peerswarm/dist/components/PeersPanel.js",
      "peerswarm/dist/components/parts/Panel.js",
    ]);
  });

  it("has the English words of that panel and of what is in it alone", () => {
    const words = own([...atOnce, ...later], "components/locales").map((name) =>
      name.replace(/^.*locales\//, ""),
    );
    expect(words.toSorted()).toEqual(["en/common.js", "en/events.js", "en/messageStats.js", "en/peers.js"]);
  });

  it("loads links, the wire and the witness log only with a join", () => {
    const ofAStay = [
      "stay",
      "mesh/mesh",
      "wire/session",
      "wire/handshake",
      "wire/decoder",
      "witness/witnessLog",
    ];
    const files = ofAStay.map((name) => `peerswarm/dist/core/${name}.js`);
    expect(atOnce.filter((name) => files.includes(name))).toEqual([]);
    expect(later).toEqual(expect.arrayContaining(files));
  });

  it.each(othersMarkup)("has nothing of the markup of other panels: %s", (marker) =>
    expect(code).not.toContain(marker),
  );

  it.each(["testing", "server"])("has nothing of peerswarm/%s", (layer) => {
    expect(own([...atOnce, ...later], layer)).toEqual([]);
    expect(packagesOf([...atOnce, ...later])).not.toContain("ws");
  });
});

describe("an app with a presence and the hooks of it", async () => {
  const { atOnce, later } = await bundle(`
    import { createSwarm, definePresence } from "peerswarm";
    import { usePeers, usePresence, useRequestHandler } from "peerswarm/react";
    console.log(usePeers, usePresence, useRequestHandler, createSwarm().presence(definePresence("x", {})));
  `);

  it("has that part, not the other, and does without TanStack Query", () => {
    const parts = own([...atOnce, ...later], "core");
    expect(parts).toContain("peerswarm/dist/core/presence/presence.js");
    expect(parts.filter((name) => name.startsWith("peerswarm/dist/core/shared/"))).toEqual([]);
    expect(
      packagesOf([...atOnce, ...later]).filter((name) => /^@tanstack\/(react-query|query-core)$/.test(name)),
    ).toEqual([]);
  });
});

describe("an app with a hook that asks", () => {
  // Without it the test above would pass for nothing if TanStack's packages had other names.
  it("has TanStack Query", async () => {
    const { atOnce } = await bundle(`import { useRequest } from "peerswarm/react"; console.log(useRequest);`);
    expect(packagesOf(atOnce)).toEqual(
      expect.arrayContaining(["@tanstack/react-query", "@tanstack/query-core"]),
    );
  });
});

describe("an app with every panel", () => {
  // Without it a renamed class or package would make the tests above pass for nothing.
  it("has what the app above has not", async () => {
    const { atOnce, code } = await bundle(
      `import * as components from "peerswarm/components"; console.log(components);`,
    );
    expect(packagesOf(atOnce)).toContain("recharts");
    for (const marker of othersMarkup) expect(code).toContain(marker);
  });
});

describe("an app with the core alone", async () => {
  const { atOnce, later } = await bundle(`import { createSwarm } from "peerswarm"; createSwarm();`);

  it("loads peerjs and the signatures of old browsers later, when they are wanted", () => {
    expect(packagesOf(later)).toEqual(expect.arrayContaining(["peerjs", "@noble/curves"]));
    expect(packagesOf(atOnce)).toEqual(expect.not.arrayContaining(["peerjs", "@noble/curves"]));
  });

  it("has nothing of IFMessage, which it does not use", () => {
    const all = own([...atOnce, ...later], "core");
    expect(all.filter((name) => name.includes("/core/ifmessage/"))).toEqual([]);
  });

  it("has neither presence nor shared state, which it does not define", () => {
    const parts = own([...atOnce, ...later], "core").filter((name) => /core\/(presence|shared)\//.test(name));
    expect(parts).toEqual([]);
  });

  it("has no React and nothing of the other layers", () => {
    expect(packagesOf([...atOnce, ...later]).filter((name) => /react|query|recharts/.test(name))).toEqual([]);
    expect([...atOnce, ...later].filter((name) => /^peerswarm\/dist\/(?!core\/)/.test(name))).toEqual([]);
  });
});

describe("an import that nobody uses", () => {
  it.each([
    ["peerswarm", "createSwarm"],
    ["peerswarm/react", "useSwarm"],
    ["peerswarm/react", "useRequest"],
    ["peerswarm/components", "BandwidthPanel"],
    ["peerswarm/testing", "memoryNetwork"],
    ["peerswarm/testing/react", "MockSwarmProvider"],
  ])("vanishes: %s", async (entry, name) => {
    const { atOnce, later } = await bundle(
      `import "${entry}"; import { ${name} } from "${entry}"; document.title = "nothing";`,
    );
    expect([...atOnce, ...later]).toEqual([]);
  });
});

describe("an app with the devtools, built for production", () => {
  const app = (entry: string): string => `
    import { createSwarm } from "peerswarm";
    import { SwarmProvider } from "peerswarm/react";
    import { SwarmDevtools } from "${entry}";
    import { createRoot } from "react-dom/client";
    createRoot(document.body).render(
      <SwarmProvider swarm={createSwarm()}><SwarmDevtools /></SwarmProvider>,
    );
  `;

  it("has nothing of them", async () => {
    const { atOnce, later, code } = await bundle(app("peerswarm/devtools"));
    const modules = [...atOnce, ...later];
    expect(own(modules, "components")).toEqual([]);
    expect(own(modules, "devtools")).toEqual(["peerswarm/dist/devtools/production.js"]);
    expect(code).not.toContain("ps-devtools");
  });

  it("has them where it asks for them", async () => {
    const { code } = await bundle(app("peerswarm/devtools/always"));
    expect(code).toContain("ps-devtools");
  });
});
