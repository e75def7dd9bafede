/**
 * The signalling server for Node, as a function: PeerJS's protocol, so that stock PeerJS clients work with it, and rooms. The
 * command `peerswarm-server` runs the same.
 * @packageDocumentation
 */

export { SignalingServerError, type SignalingServerErrorCode } from "./errors.js";
export { DEFAULT_LIMITS, type SignalingLimits } from "./limits.js";
export type {
  AuthorizationAnswer,
  AuthorizationRequest,
  Authorize,
  Log,
  LogLevel,
  SignalingServerOptions,
} from "./options.js";
export type { RoomSnapshot } from "./rooms.js";
export { createSignalingServer, type SignalingServer } from "./server.js";
export type { SignalingStats } from "./stats.js";
export { CLOSE as SIGNALING_CLOSE_CODES, type WireErrorCode as SignalingProblemCode } from "./wire.js";
export type { ServerWitnessOptions, WitnessSigner } from "./witness.js";
