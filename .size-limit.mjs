const core = "dist/core/index.js";
const hooks = "dist/hooks/index.js";
const sandbox = "dist/executors/javascript/index.js";
const sandboxWorker = "dist/executors/javascript/worker.js";
const components = "dist/components/index.js";

// Only a browser without Ed25519 or a room with a secret loads curves. Peer dependencies never count.
const loadedRarely = ["peerjs", "@noble/curves"];
// Loaded by the first join: links and what goes over them, the witness log, the way to the signalling server, and IndexedDB.
const loadedByJoin = [
  "*/stay.js",
  "*/witnessLog.js",
  "*/peerRoom.js",
  "*/identityStore.js",
  "*/indexedDbStorage.js",
];
// Loaded by the first file that is sent or offered, by the first room with a secret, by mail, and by
// the first number that is followed to its events.
const loadedByUse = [
  "*/engine.js",
  "*/examine.js",
  "*/CertificateActions.js",
  "*/verifyWitness.js",
  "*/cpace.js",
  "*/office.js",
  "*/seal.js",
  "*/sealedContent.js",
  "*/derivation.js",
  "*/EventsDialog.js",
];

// An app has the core anyway.
const withoutCore = {
  name: "without-core",
  setup(/** @type {import("esbuild").PluginBuild} */ build) {
    build.onResolve({ filter: /^(\.\.\/)+core\// }, ({ path }) => ({ path, external: true }));
  },
};

/**
 * Bundled, minified and gzipped; KB are 1000 bytes. Limits leave 2 to 5 % for growth, so that growth is
 * noticed; the goal for the messaging core with what a join loads is 30 KB, which it does not meet yet. What a bundler that splits by
 * file makes of it is 1 to 2 KB more, since a file that both halves use comes whole.
 */
export default [
  {
    name: "messaging core: what a page loads at once",
    import: { [core]: "{ createSwarm, defineMessage }" },
    ignore: [...loadedRarely, ...loadedByJoin, ...loadedByUse],
    limit: "34 KB",
  },
  {
    name: "messaging core with all that a join loads, without peerjs",
    import: { [core]: "{ createSwarm, defineMessage }" },
    ignore: [...loadedRarely, ...loadedByUse],
    limit: "63.5 KB",
  },
  {
    name: "the whole of peerswarm, without peerjs",
    import: { [core]: "*" },
    ignore: loadedRarely,
    limit: "172 KB",
  },
  {
    name: "signatures for browsers without Ed25519",
    import: { "node_modules/@noble/curves/ed25519.js": "{ ed25519 }" },
    limit: "14 KB",
  },
  {
    name: "the whole of peerswarm/react, beyond the core and TanStack Query",
    import: { [hooks]: "*" },
    plugins: [withoutCore],
    limit: "8.6 KB",
  },
  {
    name: "one panel without a chart or a long list, beyond the core",
    import: { [components]: "{ ConnectionPanel }" },
    ignore: [...loadedRarely, ...loadedByUse],
    plugins: [withoutCore],
    limit: "3.7 KB",
  },
  {
    name: "the peers panel with its long list, beyond the core",
    import: { [components]: "{ PeersPanel }" },
    ignore: [...loadedRarely, ...loadedByUse],
    plugins: [withoutCore],
    limit: "23.5 KB",
  },
  {
    name: "the whole of peerswarm/components, beyond the core, without recharts",
    import: { [components]: "*" },
    ignore: [...loadedRarely, ...loadedByUse, "*/verifyWitness.js"],
    plugins: [withoutCore],
    limit: "73 KB",
  },
  {
    name: "the JavaScript sandbox: what the page loads, beyond what the core has",
    import: { [sandbox]: "*" },
    plugins: [withoutCore],
    limit: "5 KB",
  },
  {
    name: "the JavaScript sandbox: the worker, without the engine's WebAssembly",
    path: sandboxWorker,
    limit: "5 KB",
  },
  {
    name: "peerswarm/widget.js: everything in one file, React and recharts too",
    path: "dist/widget.js",
    // esbuild, which measures here, writes the same thing a little longer than it is.
    limit: "485 KB",
  },
  { name: "peerswarm/styles.css", path: "dist/styles.css", limit: "9.3 KB" },
].map(({ plugins = [], ...budget }) => ({
  gzip: true,
  // esbuild warns of imports that a tree shaker drops, as it should.
  modifyEsbuildConfig: (config) => ({ ...config, logLevel: "error", plugins }),
  ...budget,
}));
