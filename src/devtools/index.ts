/**
 * A floating window with the panels, for any app. `peerswarm/devtools` is empty in production;
 * `peerswarm/devtools/always` never is.
 * @packageDocumentation
 */
export { SwarmDevtools, type SwarmDevtoolsProps } from "./SwarmDevtools.js";
