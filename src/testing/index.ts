/**
 * Tools to test apps on peerswarm: a simulated network with faults, on a clock that is turned by hand.
 * @packageDocumentation
 */

export { type ManualClock, manualClock } from "./manualClock.js";
export { type MemoryNetwork, type MemoryNetworkOptions, memoryNetwork } from "./memoryNetwork.js";
export {
  createMockSwarm,
  type MockMember,
  type MockMemberOptions,
  type MockSwarm,
  type MockSwarmOptions,
} from "./mockSwarm.js";
export type { MemoryHost, MemoryIceServer, MemoryServer, NetworkBehaviour } from "./networkCore.js";
export { type ScriptedPeer, type ScriptedPeerOptions, scriptedPeer } from "./scriptedPeer.js";
export { type SeededRandom, seededRandom } from "./seededRandom.js";
export { type StorageContractCase, type StorageHarness, storageContract } from "./storageContract.js";
export {
  type TestTab,
  type TransportContractCase,
  type TransportHarness,
  transportContract,
} from "./transportContract.js";
