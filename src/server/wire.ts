/** The version of the room extension that this server announces in OPEN. */
export const PROTOCOL_VERSION = 1;

/** Longest peer id, in characters. */
export const MAX_PEER_ID_LENGTH = 64;

/** Longest room name, in characters. */
export const MAX_ROOM_NAME_LENGTH = 128;

/** Longest token, in the URL or in ROOM-ENTER, in characters: enough for a signed token with claims. */
export const MAX_TOKEN_LENGTH = 4096;

/** The WebSocket close codes of this server, beside the standard ones. */
export const CLOSE = {
  /** The server is shutting down; the client should go elsewhere or come back later. */
  goingAway: 1001,
  /** The same peer, with the same token, opened a newer connection. */
  replaced: 4001,
  /** Another peer holds the id. */
  idTaken: 4002,
  /** The id, token or key is missing or cannot be used. */
  invalidRequest: 4003,
  /** The key is not this server's. */
  invalidKey: 4004,
  /** The server, or its share for the client's address, is full. */
  full: 4005,
  /** Too many offences in a short time. */
  offences: 4006,
  /** The client does not read what it is sent. */
  slowReader: 4007,
  /** The client said LEAVE. */
  left: 1000,
} as const;

/** Stable codes of ROOM-ERROR, and of the `code` beside `msg` in ERROR, ID-TAKEN and INVALID-KEY. */
export type WireErrorCode =
  | "room-full"
  | "room-invalid"
  | "not-in-room"
  | "unauthorized"
  | "too-many-rooms"
  | "rate-limited"
  | "message-too-large"
  | "metadata-too-large"
  | "bad-message"
  | "peer-busy"
  | "server-full"
  | "too-many-connections"
  | "invalid-request"
  | "id-taken"
  | "invalid-key"
  | "internal";

/** Something that a client is told went wrong: a stable code, and what, why and how to mend it. */
export interface WireProblem {
  readonly code: WireErrorCode;
  readonly message: string;
  readonly room?: string;
}

/** PeerJS's own pattern: words of letters and digits, joined by single spaces, dashes or underscores. */
const PEER_ID = /^[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*$/;

/** Whether a peer may connect under this id. */
export function isPeerId(id: string): boolean {
  return id.length <= MAX_PEER_ID_LENGTH && PEER_ID.test(id);
}

/** Control characters and lone surrogates: they make names that look alike but are not, and break logs. */
const NOT_IN_ROOM_NAMES = /[\p{Cc}\p{Cs}]/u;

/** Whether a room may have this name. */
export function isRoomName(name: string): boolean {
  return name.length >= 1 && name.length <= MAX_ROOM_NAME_LENGTH && !NOT_IN_ROOM_NAMES.test(name);
}
