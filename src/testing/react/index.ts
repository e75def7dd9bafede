/**
 * Tools to test React apps on peerswarm. An entry of its own, so that `peerswarm/testing` does without React.
 * @packageDocumentation
 */

export { MockSwarmProvider, type MockSwarmProviderProps } from "./MockSwarmProvider.js";
