const core = "dist/core/index.js";
const hooks = "dist/hooks/index.js";
const components = "dist/components/index.js";

// Loaded only by a browser that has no Ed25519 of its own, or by a room with a secret; peerjs only by a join. Peer
// dependencies never count.
const loadedLater = ["peerjs", "@noble/curves", "*/cpace.js"];

/**
 * Bundled, minified and gzipped; KB are 1000 bytes. Limits leave about a tenth for growth, so that growth is
 * noticed; the goal for the messaging core is 30 KB, which it does not meet yet.
 */
export default [
  {
    name: "messaging core with a transport of the app's own",
    import: { [core]: "{ createSwarm, defineMessage }" },
    ignore: [...loadedLater, "*/peerTransport.js"],
    limit: "34 KB",
  },
  {
    name: "messaging core with peerTransport, without peerjs",
    import: { [core]: "{ createSwarm, defineMessage }" },
    ignore: loadedLater,
    limit: "44 KB",
  },
  {
    name: "the whole of peerswarm, without peerjs",
    import: { [core]: "*" },
    ignore: loadedLater,
    limit: "45 KB",
  },
  {
    name: "signatures for browsers without Ed25519",
    import: { "node_modules/@noble/curves/ed25519.js": "{ ed25519 }" },
    limit: "15 KB",
  },
  {
    name: "what a room's secret loads",
    import: { "dist/core/secret/cpace.js": "{ cpace }" },
    limit: "17 KB",
  },
  {
    name: "the whole of peerswarm/react, beyond the core",
    import: { [hooks]: "*" },
    limit: "2.9 KB",
  },
  {
    name: "one panel without a chart or a long list, beyond the core",
    import: { [components]: "{ ConnectionPanel }" },
    limit: "6.4 KB",
  },
  {
    name: "the peers panel with its long list, beyond the core",
    import: { [components]: "{ PeersPanel }" },
    limit: "21.5 KB",
  },
  {
    name: "the whole of peerswarm/components, beyond the core, without recharts",
    import: { [components]: "*" },
    limit: "28 KB",
  },
  { name: "peerswarm/styles.css", path: "dist/styles.css", limit: "4.5 KB" },
].map((budget) => ({
  gzip: true,
  // esbuild warns of imports that a tree shaker drops, as it should.
  modifyEsbuildConfig: (config) => ({ ...config, logLevel: "error" }),
  ...budget,
}));
