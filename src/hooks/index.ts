/**
 * React hooks over a swarm. None of them owns the connection: the app makes the swarm, joins and leaves.
 * @packageDocumentation
 */

export { SwarmProvider, type SwarmProviderProps } from "./SwarmProvider.js";
export { useActivity } from "./useActivity.js";
export { useBandwidth } from "./useBandwidth.js";
export { useConnectingPeers } from "./useConnectingPeers.js";
export { useMessage } from "./useMessage.js";
export { useNow } from "./useNow.js";
export { usePeer } from "./usePeer.js";
export { usePeers } from "./usePeers.js";
export { useSignaling } from "./useSignaling.js";
export { useStats } from "./useStats.js";
export { useSwarm } from "./useSwarm.js";
export { useSwarmSelector } from "./useSwarmSelector.js";
export { useSwarmStatus } from "./useSwarmStatus.js";
