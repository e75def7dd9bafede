/**
 * React hooks over a swarm. None of them owns the connection: the app, or a `SwarmProvider` with `options`, makes the swarm. Hooks that ask
 * are TanStack Query's, with the app's own `QueryClient` where there is one. Outside of a `SwarmProvider` each hook throws a
 * `SwarmError` with the code `missing-provider`.
 * @packageDocumentation
 */

export type { ChartPoint, ShownMinutes } from "./bandwidthSeries.js";
export type { Capabilities } from "./capabilityBook.js";
export {
  configureSignalingMutationOptions,
  type JoinVariables,
  joinMutationOptions,
  type SignalingVariables,
} from "./connectionOptions.js";
export {
  type DiagnosisQuery,
  diagnosisProgressQueryOptions,
  diagnosisQueryOptions,
} from "./diagnosisOptions.js";
export {
  artifactQueryOptions,
  exportKnowledgeMutationOptions,
  importKnowledgeMutationOptions,
  type KnowledgeQueryOptions,
  knowledgeListQueryOptions,
  knowledgeQueryOptions,
  knowledgeUsageQueryOptions,
  type PutArtifactVariables,
  putArtifactMutationOptions,
  removeArtifactMutationOptions,
  shareArtifactMutationOptions,
} from "./knowledgeOptions.js";
export { type LetterVariables, sendReliablyMutationOptions } from "./mailOptions.js";
export type { PeerRanking, RankedPeer } from "./peerRanking.js";
export {
  addReflectionMutationOptions,
  integrateReflectionMutationOptions,
  reflectionListQueryOptions,
  reflectionSearchQueryOptions,
  removeReflectionMutationOptions,
  shareSuccessMutationOptions,
} from "./reflectionOptions.js";
export {
  type RequestManyQuery,
  type RequestQuery,
  type RequestVariables,
  requestManyQueryOptions,
  requestMutationOptions,
  requestQueryOptions,
} from "./requestOptions.js";
export { SwarmProvider, type SwarmProviderProps } from "./SwarmProvider.js";
export { type KnowledgeReach, swarmKeys } from "./swarmKeys.js";
export {
  type TaskQueryOptions,
  type TaskVariables,
  taskMutationOptions,
  taskQueryOptions,
} from "./taskOptions.js";
export { TASK_TEXT_KEPT, type TaskText } from "./taskText.js";
export type { TrafficColumn, TrafficOrder, TrafficRow } from "./trafficRows.js";
export {
  type SendFileVariables,
  type SendLargeVariables,
  sendFileMutationOptions,
  sendLargeMutationOptions,
} from "./transferOptions.js";
export { useActivity } from "./useActivity.js";
export { useBandwidth } from "./useBandwidth.js";
export { type BandwidthSeries, useBandwidthSeries } from "./useBandwidthSeries.js";
export { useCapabilities } from "./useCapabilities.js";
export { useConnectingPeers } from "./useConnectingPeers.js";
export { type ConnectionActions, useConnectionActions } from "./useConnectionActions.js";
export { type UseConsensusResult, useConsensus } from "./useConsensus.js";
export { useDiagnosis, useDiagnosisProgress } from "./useDiagnosis.js";
export { type EventFeed, type EventFeedOptions, useEvents } from "./useEvents.js";
export { useKnowledge } from "./useKnowledge.js";
export { useKnowledgeQuery } from "./useKnowledgeQuery.js";
export { useLinkQuality } from "./useLinkQuality.js";
export { useMailbox } from "./useMailbox.js";
export { useMeshHealth } from "./useMeshHealth.js";
export { useMessage } from "./useMessage.js";
export { useNextTry } from "./useNextTry.js";
export { useNow } from "./useNow.js";
export { usePeer } from "./usePeer.js";
export { usePeerBandwidth } from "./usePeerBandwidth.js";
export { usePeers } from "./usePeers.js";
export { type SetPresence, usePresence } from "./usePresence.js";
export { useProposal } from "./useProposal.js";
export { useProposals } from "./useProposals.js";
export { useReflections } from "./useReflections.js";
export { useRequest, useRequestQuery } from "./useRequest.js";
export { useRequestHandler } from "./useRequestHandler.js";
export { useRoundTrips } from "./useRoundTrips.js";
export type { Run } from "./useRun.js";
export {
  type SettingsTestInput,
  type UseSettingsResult,
  useSettings,
  useSettingsTest,
} from "./useSettings.js";
export {
  type SetShared,
  type SharedMeta,
  type UseSharedStateOptions,
  useSharedState,
} from "./useSharedState.js";
export { useSharedValues } from "./useSharedValues.js";
export { useSignaling } from "./useSignaling.js";
export { useStats } from "./useStats.js";
export { useSwarm } from "./useSwarm.js";
export { useSwarmQueryClient } from "./useSwarmQueryClient.js";
export { useSwarmSelector } from "./useSwarmSelector.js";
export { useSwarmStatus } from "./useSwarmStatus.js";
export { type LiveTask, type UseTaskResult, useTask, useTaskQuery } from "./useTask.js";
export { useTaskHandler } from "./useTaskHandler.js";
export { useTasks } from "./useTasks.js";
export { useTopology } from "./useTopology.js";
export { type TrafficRows, useTrafficRows } from "./useTrafficRows.js";
export { useTransfer } from "./useTransfer.js";
export { useTransfers } from "./useTransfers.js";
export { useUptime } from "./useUptime.js";
export { useVoter } from "./useVoter.js";
export { useWitness } from "./useWitness.js";
export {
  certificateQueryOptions,
  type GuardVariables,
  guardMutationOptions,
  proposeMutationOptions,
  type VoteVariables,
  voteMutationOptions,
  withdrawMutationOptions,
} from "./voteOptions.js";
export {
  exportWitnessMutationOptions,
  type VerifyWitnessVariables,
  verifyWitnessMutationOptions,
  type WitnessVariables,
  witnessSessionsQueryOptions,
} from "./witnessOptions.js";
