/**
 * `peerswarm/widget.js`: {@link SwarmWidgetElement} in one file that needs no bundler and no other package. Everything is
 * inside, React too: a page that has React anyway is better off with `peerswarm/element`.
 * @packageDocumentation
 * @example
 * <script type="module" src="/node_modules/peerswarm/dist/widget.js"></script>
 * <swarm-widget room="lobby" signaling-url="https://signal.example.org"></swarm-widget>
 */
export { createSwarm, defineMessage, peerTransport, SwarmError } from "../core/index.js";
export * from "./index.js";
