import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, describe, expect, it, vi } from "vitest";
import { entries, root } from "../../../scripts/entries.mjs";

// Building and starting a process takes real time.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), "peerswarm-imports-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Imports a module while it watches everything that an import must leave alone. */
const PROBE = `
const effects = [];
const watched = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "addEventListener"];
for (const name of watched) {
  const real = globalThis[name];
  globalThis[name] = (...values) => {
    effects.push(name);
    return real?.(...values);
  };
}
for (const name of ["indexedDB", "localStorage", "sessionStorage", "RTCPeerConnection", "WebSocket"]) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      effects.push(name);
      return undefined;
    },
  });
}
const before = new Set(Reflect.ownKeys(globalThis));
const listeners = process.eventNames().length;
const loaded = await import(process.argv[2]);
for (const key of Reflect.ownKeys(globalThis)) if (!before.has(key)) effects.push("global " + String(key));
if (process.eventNames().length !== listeners) effects.push("process listener");
process.stdout.write(JSON.stringify({ effects, exports: Object.keys(loaded) }));
`;

async function bundle(entry: string): Promise<string> {
  const fileName = `${entry.replaceAll(/\W/g, "_")}.mjs`;
  await build({
    root,
    configFile: false,
    logLevel: "silent",
    build: {
      ssr: join(root, entry),
      outDir: folder,
      emptyOutDir: false,
      target: "node20",
      rolldownOptions: { output: { entryFileNames: fileName } },
    },
    ssr: { noExternal: true },
  });
  return join(folder, fileName);
}

// recharts stands on react-redux, which keeps its context there so that two copies of it agree.
const FOREIGN_EFFECTS = new Set(["global Symbol(react-redux-context)"]);

const areTypesAlone = new Set(["src/element/jsx.ts"]);

const probe = join(folder, "probe.mjs");
writeFileSync(probe, PROBE);

describe("importing in plain Node, as a server that renders does", () => {
  const browserEntries = entries.filter(
    ({ runsIn, source }) => runsIn === "browser" && existsSync(root + source),
  );
  it.each(browserEntries)("$name touches nothing, and the process ends by itself", async ({ source }) => {
    const file = await bundle(source);
    const output = execFileSync(process.execPath, [probe, file], {
      encoding: "utf8",
      timeout: 20_000,
      env: { PATH: process.env.PATH, NODE_ENV: "production" },
    });
    const { effects, exports } = JSON.parse(output) as { effects: string[]; exports: string[] };
    expect(effects.filter((effect) => !FOREIGN_EFFECTS.has(effect))).toEqual([]);
    if (!areTypesAlone.has(source)) expect(exports.length).toBeGreaterThan(0);
  });
});
