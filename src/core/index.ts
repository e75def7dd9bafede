/**
 * peerswarm's core: a swarm without any framework. Importing it has no side effect; nothing is opened
 * before `join()`.
 * @packageDocumentation
 */

export type { Bytes } from "./bytes.js";
export { type DetectableCapability, type DetectOptions, detectCapabilities } from "./capabilities/detect.js";
export { type Cancel, type Clock, systemClock } from "./clock.js";
export type {
  CastBallot,
  Consensus,
  Guarded,
  GuardOptions,
  ProposingVote,
  VotingPolicy,
} from "./consensus/api.js";
export {
  assessRisk,
  type Change,
  type FileChange,
  type RiskAssessment,
  type RiskCode,
  type RiskReason,
} from "./consensus/assessRisk.js";
export {
  type CertificateExpectation,
  type CertificateFault,
  type CertificateVerdict,
  certificateFromBytes,
  certificateFromJson,
  certificateToBytes,
  certificateToJson,
  verifyCertificate,
} from "./consensus/certificate.js";
export type { BallotChoice, Outcome, OutcomeReason, Tally } from "./consensus/outcome.js";
export {
  type Certificate,
  type ConsensusView,
  type Decision,
  type ElectorateChoice,
  type ElectorSnapshot,
  type Equivocation,
  MAX_OPEN_PROPOSALS,
  PROPOSAL_LIMITS,
  type Proposal,
  type ProposalDraft,
  type ProposalId,
  type ProposalSnapshot,
  VOTE_TIMEOUT_MS,
  VOTE_TIMEOUT_RANGE_MS,
} from "./consensus/proposal.js";
export { MAX_ELECTORATE, type RuleName, type VotingRule } from "./consensus/rule.js";
export type {
  CheckName,
  CheckResult,
  CheckState,
  Diagnose,
  DiagnoseOptions,
  Diagnosis,
} from "./diagnosis/diagnosis.js";
export type { EventSource } from "./emitter.js";
export { SwarmError, type SwarmErrorCode, type SwarmErrorInit } from "./errors.js";
export type { Evidence, Finding, FindingCode, FindingSeverity } from "./finding.js";
export type { Ed25519, SigningKey, StoredSigningKey, VerifySignature } from "./identity/ed25519.js";
export { createIdentity, type Identity, type IdentityChoice, importIdentity } from "./identity/identity.js";
export { type AgentId, agentIdOf, isPeerId, isSessionOf, type PeerId, publicKeyOf } from "./identity/ids.js";
export {
  IF_MESSAGE_VERSION,
  type IfMessage,
  type IfSignature,
  isIfMessage,
  MAX_IF_MESSAGE_LENGTH,
} from "./ifmessage/ifMessage.js";
export { type IfMetadata, ifMetadataOf, messageMetadataOf } from "./ifmessage/metadata.js";
export { type IfMessageReading, type IfMessageRefusal, readIfMessage } from "./ifmessage/readIfMessage.js";
export type { JsonFault } from "./ifmessage/strictJson.js";
export { type IfMessageDraft, writeIfMessage } from "./ifmessage/writeIfMessage.js";
export type {
  ImportRefusal,
  ImportReport,
  IntegrationPolicy,
  Knowledge,
  KnowledgeOptions,
  KnowledgeUsage,
  Reflections,
  SignedRecord,
} from "./knowledge/api.js";
export type {
  Artifact,
  ArtifactContent,
  ArtifactFilter,
  ArtifactId,
  FetchProgress,
  GetOptions,
  PutOptions,
} from "./knowledge/artifact.js";
export type { KnowledgeHit, KnowledgeSource, QueryOptions } from "./knowledge/hit.js";
export {
  DEFAULT_KNOWLEDGE_BYTES,
  type KnowledgeFetch,
  type KnowledgeView,
} from "./knowledge/knowledgeView.js";
export { type VerifiedRecord, verifyRecord } from "./knowledge/record.js";
export {
  type Reflection,
  type ReflectionDraft,
  type ReflectionId,
  type ReflectionOutcome,
  type ReflectionStanding,
  SHARED_FROM,
} from "./knowledge/reflection.js";
export type { ExpiredLetter, ReliableOptions } from "./mailbox/mailbox.js";
export type { MailboxSnapshot } from "./mailbox/mailState.js";
export type { DrainOptions } from "./messages/backpressure.js";
export { defineMessage, type MessageDefinition } from "./messages/definition.js";
export type { SendOptions } from "./messages/messenger.js";
export type { MailInfo, MessageHandler, MessageInfo } from "./messages/router.js";
export type { StandardIssue, StandardResult, StandardSchema } from "./messages/standardSchema.js";
export { DEFAULT_ROOM, type SwarmOptions } from "./options.js";
export { safePath } from "./policy/safePath.js";
export {
  MAX_SCREENED_LENGTH,
  type ScreeningFinding,
  type ScreeningReport,
  type ScreeningRule,
  screenCode,
} from "./policy/screening.js";
export { definePresence, type PresenceDefinition } from "./presence/definition.js";
export type { Presence, PresenceChannel, PresenceView } from "./presence/presence.js";
export { MAX_PRESENCE_BYTES } from "./presence/wire.js";
export type { RequestHandler, RequestInfo } from "./requests/answering.js";
export type { RemoteFailure, RequestOptions, RequestOutcome } from "./requests/asking.js";
export { defineRequest, type RequestDefinition } from "./requests/definition.js";
export { MAX_OPEN_REQUESTS, REQUEST_TIMEOUT_MS } from "./requests/wire.js";
export type { RiskLevel } from "./risk.js";
export { platformRuntime, type Runtime } from "./runtime.js";
export { type SettingsProblem, settingsProblems } from "./settings/problems.js";
export {
  forgetSettings,
  type RememberOptions,
  recallSettings,
  rememberSettings,
  SETTINGS_KEY,
} from "./settings/remembered.js";
export type {
  ConfigureOptions,
  SettingsChange,
  SettingsTest,
  SettingsTestOptions,
  SettingsTestPart,
  SettingsView,
  TestSettings,
} from "./settings/settings.js";
export { defineShared, type SharedDefinition } from "./shared/definition.js";
export type { SharedChange, SharedState, SharedValue, SharedView } from "./shared/sharedState.js";
export type { SharedStates } from "./shared/sharedStates.js";
export {
  MAX_CLOCK_AHEAD_MS,
  MAX_SHARED_KEYS,
  MAX_SHARED_VALUE_BYTES,
  TOMBSTONE_LIFE_MS,
} from "./shared/wire.js";
export type { AttemptCounts } from "./stats/attemptCounts.js";
export {
  BANDWIDTH_WINDOW_MS,
  type BandwidthPoint,
  type BandwidthSnapshot,
  KILOBYTE,
  SERIES_LENGTH,
  SERIES_STEP_MS,
} from "./stats/bandwidth.js";
export { type LinkQuality, type RoundTrip, UNKNOWN_QUALITY } from "./stats/linkQuality.js";
export type { PeerBandwidth } from "./stats/peerRates.js";
export {
  ACTIVITY_LENGTH,
  type Activity,
  type Direction,
  DROPS_KEPT,
  type DroppedEvent,
  type DroppedMessage,
  type EventQuery,
  MESSAGES_KEPT,
  type RecentEvent,
} from "./stats/recentEvents.js";
export type { RecentEvents, StatsSnapshot, Traffic } from "./stats/statsBook.js";
export { indexedDbStorage } from "./storage/indexedDbStorage.js";
export { memoryStorage } from "./storage/memoryStorage.js";
export type { Storage, StorageChange, StorageEntry, StorageRange } from "./storage/storage.js";
export { type MeshHealth, meshHealth } from "./store/meshHealth.js";
export type {
  ConnectingPeer,
  PeerGoneReason,
  PeerSnapshot,
  PeerState,
  PeerStateChange,
  Profile,
  SignalingSnapshot,
  SwarmSnapshot,
  SwarmStatus,
} from "./store/snapshot.js";
export type { ReadableStore } from "./store/store.js";
export { createSwarm } from "./swarm.js";
export type { SignalingStatus, Swarm, SwarmEvents, SwarmStats } from "./swarmApi.js";
export { defineTask, type TaskDefinition } from "./tasks/definition.js";
export type {
  DelegatedTask,
  DelegateOptions,
  TaskContext,
  TaskExecutor,
  TaskHandlerOptions,
  TaskLack,
  TaskLimits,
  TaskOutcome,
  TaskOutput,
  TaskProgress,
  TaskStream,
  Tasks,
  WorkDecision,
  WorkPolicy,
} from "./tasks/taskApi.js";
export type {
  ApprovalRequest,
  BreakerState,
  BreakerView,
  TaskChoice,
  TaskCounts,
  TaskId,
  TaskLoad,
  TaskOutputCount,
  TaskRole,
  TaskSnapshot,
  TaskState,
  TasksView,
  WorkRequest,
} from "./tasks/taskState.js";
export type { Topology } from "./topology/topology.js";
export type {
  LinkHealth,
  LinkRoute,
  LinkStanding,
  TopologyLink,
  TopologyNode,
  TopologyView,
} from "./topology/view.js";
export type { PartStore } from "./transfers/sinks/partStore.js";
export type {
  AcceptOptions,
  FileDescription,
  FileOffer,
  FileOfferHandler,
  ReceivedContent,
  ReceivedFile,
  SendFileOptions,
  SendingTransfer,
  SendLargeOptions,
  TransferControls,
  TransferId,
  TransferOptions,
  TransferReceipt,
  TransferSnapshot,
  TransferState,
  TransferTarget,
} from "./transfers/transfer.js";
export { type PeerTransportOptions, peerTransport } from "./transport/peerjs/peerTransport.js";
export {
  type CandidateKind,
  type Examination,
  type ExaminationRequest,
  type IceServerView,
  type IncomingDial,
  type KeptIceServer,
  LANE_NAMES,
  type Lane,
  type LaneName,
  type Link,
  type LinkCloseReason,
  type LinkMeasurement,
  type LinkPath,
  type LinkState,
  MAX_LANE_MESSAGE_BYTES,
  MAX_LANE_QUEUED_BYTES,
  type Reconfiguration,
  type SignalingChange,
  type Transport,
  type TransportContext,
  type TransportEvents,
  type TransportRoom,
  type TransportSettings,
  type TransportStep,
} from "./transport/transport.js";
export { MAX_MESSAGE_BYTES } from "./wire/frameSizes.js";
export { DEFAULT_PEER_LIMITS, type ExcessReason, type PeerLimits } from "./wire/intake.js";
export type { Letter } from "./wire/letterShape.js";
export {
  type MessageContent,
  type MessageContext,
  type MessageMetadata,
  PROTOCOL_VERSION,
} from "./wire/message.js";
export type { Restraint, RestraintStage } from "./wire/restraint.js";
export { type SignedMessage, verifySignedMessage } from "./wire/signedMessage.js";
export type { WitnessedSession } from "./witness/archive.js";
export type { WitnessEvent, WitnessKind, WitnessRecord, WitnessValue } from "./witness/record.js";
export {
  type VerifyProgress,
  type VerifyWitnessOptions,
  verifyWitness,
  type WitnessFault,
  type WitnessVerdict,
} from "./witness/verifyWitness.js";
export type { Witness, WitnessOptions, WitnessSnapshot } from "./witness/witness.js";
