import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkImports } from "../../scripts/check-imports.mjs";
import { root } from "../../scripts/entries.mjs";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "check-imports-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function plant(file: string, text: string) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

describe("check-imports", () => {
  it.each([
    ["src/core/peers.ts", `import { useState } from "react";`],
    ["src/core/peers.ts", `import type { QueryClient } from "@tanstack/react-query";`],
    ["src/core/peers.ts", `const charts = await import("recharts");`],
    ["src/core/peers.ts", `import { createHash } from "node:crypto";`],
    ["src/core/peers.ts", `import { usePeers } from "../hooks/usePeers.js";`],
    ["src/core/peers.ts", `import type { Swarm } from "./swarm.js";`],
    ["src/core/wire/frame.ts", `export type Wired = import("../swarm.js").Swarm;`],
    ["src/core/wire/frame.ts", `export * from "../index.js";`],
    ["src/core/peers.ts", `import { fakePeer } from "../testing/fakePeer.js";`],
    ["src/hooks/usePeers.ts", `import { Line } from "recharts";`],
    ["src/hooks/usePeers.ts", `import { readFile } from "node:fs";`],
    ["src/hooks/usePeers.ts", `export { PeersPanel } from "../components/PeersPanel.js";`],
    ["src/components/PeersPanel.tsx", `import { createSignalingServer } from "../server/index.js";`],
    ["src/components/PeersPanel.tsx", `import { createSwarm } from "peerswarm";`],
    ["src/server/index.ts", `import { useState } from "react";`],
    ["src/executors/javascript/worker.ts", `import { readFile } from "node:fs/promises";`],
    ["src/executors/javascript/index.ts", `import { useState } from "react";`],
    ["src/core/peers.ts", `import { javaScriptTask } from "../executors/javascript/index.js";`],
    ["src/testing/index.ts", `import { helper } from "../../test/helper.js";`],
    ["src/testing/index.ts", `import { useEffect } from "react";`],
    ["src/testing/index.ts", `export { MockSwarmProvider } from "./react/index.js";`],
    ["src/components/PeersPanel.tsx", `import { MockSwarmProvider } from "../testing/react/index.js";`],
  ])("refuses in %s: %s", (file, text) => {
    plant(file, `// a line before\n${text}\n`);
    expect(checkImports(folder)).toEqual([expect.objectContaining({ file, line: 2 })]);
  });

  it.each([
    ["src/core/index.ts", `export { createSwarm } from "./swarm.js";`],
    ["src/core/swarm.ts", `import { frame } from "./wire/frame.js";`],
    ["src/hooks/usePeers.ts", `import { useState } from "react"; import "../core/index.js";`],
    ["src/hooks/useRequest.ts", `import { useQuery } from "@tanstack/react-query";`],
    ["src/components/PeersPanel.tsx", `import { Line } from "recharts"; import "../hooks/usePeers.js";`],
    ["src/executors/javascript/worker.ts", `import "quickjs-wasi"; import "../../core/errors.js";`],
    ["src/server/index.ts", `import { createServer } from "node:http"; import "../core/errors.js";`],
    ["src/testing/react/index.ts", `import { useState } from "react"; import "../../hooks/index.js";`],
    ["src/testing/react/index.ts", `import "../mockSwarm.js"; import "./MockSwarmProvider.js";`],
    ["src/core/peers.ts", `// import "react"\nexport const text = 'import "react"';`],
    ["test/node/peers.test.ts", `import "../../src/testing/index.js";`],
  ])("allows in %s: %s", (file, text) => {
    plant(file, text);
    expect(checkImports(folder)).toEqual([]);
  });

  it("says file, line, offence and reason, and fails the command", () => {
    plant("src/core/peers.ts", `import { useState } from "react";\n`);
    const script = join(root, "scripts/check-imports.mjs");
    const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'src/core/peers.ts:1 imports "react": the core knows no framework: apps without React use it.\n',
    );
  });
});
