import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The package's public entries; `exports` in package.json and `paths` in tsconfig.json say the same.
 * What an entry holds where a bundler does not set the condition `development` may be another file.
 * @type {{ name: string, source: string, runsIn: "browser" | "node", otherwise?: string }[]}
 */
export const entries = [
  { name: "peerswarm", source: "src/core/index.ts", runsIn: "browser" },
  { name: "peerswarm/react", source: "src/hooks/index.ts", runsIn: "browser" },
  { name: "peerswarm/components", source: "src/components/index.ts", runsIn: "browser" },
  { name: "peerswarm/locales/de", source: "src/components/locales/de/index.ts", runsIn: "browser" },
  {
    name: "peerswarm/devtools",
    source: "src/devtools/index.ts",
    runsIn: "browser",
    otherwise: "src/devtools/production.ts",
  },
  { name: "peerswarm/devtools/always", source: "src/devtools/index.ts", runsIn: "browser" },
  { name: "peerswarm/element", source: "src/element/index.ts", runsIn: "browser" },
  { name: "peerswarm/element/jsx", source: "src/element/jsx.ts", runsIn: "browser" },
  { name: "peerswarm/testing", source: "src/testing/index.ts", runsIn: "browser" },
  { name: "peerswarm/testing/react", source: "src/testing/react/index.ts", runsIn: "browser" },
  { name: "peerswarm/executors/javascript", source: "src/executors/javascript/index.ts", runsIn: "browser" },
  { name: "peerswarm/server", source: "src/server/index.ts", runsIn: "node" },
];

/** Scripts of workers: an app names them where its bundler does not find them, and imports them nowhere. */
export const workers = [
  { name: "peerswarm/executors/javascript/worker", source: "src/executors/javascript/worker.ts" },
];

/** Whole programs in one file each, for pages without a bundler; their types are those of their source. */
export const bundles = [{ name: "peerswarm/widget.js", source: "src/element/widget.ts", file: "widget.js" }];

export const command = "src/server/cli.ts";
export const styles = "src/components/styles.css";

/** Lets the demo and the tests import the package by its own name without a build. */
export const sourceAliases = [
  ...[...entries, ...workers, ...bundles].map(({ name, source }) => ({
    find: new RegExp(`^${name}$`),
    replacement: root + source,
  })),
  { find: /^peerswarm\/styles\.css$/, replacement: root + styles },
];

/**
 * Dependencies Vite bundles before the first page asks for them: one found later makes it bundle
 * again and reload the page, which in a swarm is a peer that leaves and comes back.
 */
export const prebundled = {
  include: [
    "react",
    "react-dom",
    "react-dom/client",
    "react/jsx-runtime",
    "react/jsx-dev-runtime",
    "recharts",
    "quickjs-wasi",
    "@tanstack/react-query",
    "@tanstack/react-virtual",
    "peerjs",
    "valibot",
    "idb",
    "@noble/curves/ed25519.js",
    "@noble/hashes/hkdf.js",
    "@noble/hashes/hmac.js",
    "@noble/hashes/sha2.js",
  ],
  // Vite reads these files' imports at start, and so finds what the list above does not name.
  entries: ["core", "executors", "hooks", "components", "devtools", "element", "testing"].map(
    (folder) => `${root}src/${folder}/**/*.{ts,tsx}`,
  ),
};
