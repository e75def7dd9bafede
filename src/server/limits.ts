import { SignalingServerError } from "./errors.js";

const KIBIBYTE = 1024;

/** What one signalling server grants, and how much of it. Every limit is a whole number, at least 1. */
export interface SignalingLimits {
  /** Open sockets on the whole server. Default 10,000. */
  readonly maxConnections: number;
  /** Open sockets from one address; a household or an office behind one NAT shares it. Default 1,000. */
  readonly maxConnectionsPerAddress: number;
  /** Rooms that exist at once; a room exists while it has a member. Default 10,000. */
  readonly maxRooms: number;
  /** Members of one room. Default 1,000. */
  readonly maxRoomSize: number;
  /** Rooms that one connection is in at once. Default 16. */
  readonly maxRoomsPerConnection: number;
  /** Bytes of one client message. Default 65,536; a message of more than four times that ends the connection. */
  readonly maxMessageBytes: number;
  /** Messages that one connection may send, sustained, per second. Default 200. See {@link messageBurst}. */
  readonly messagesPerSecond: number;
  /** Messages that one connection may send at once before `messagesPerSecond` binds. Default 2,000. */
  readonly messageBurst: number;
  /** Bytes of one member's metadata, as JSON in UTF-8. Default 4,096. */
  readonly maxMetadataBytes: number;
  /** Bytes that wait for one client that reads slowly, before messages to it are dropped. Default 1 MiB. */
  readonly maxQueuedBytes: number;
  /** Milliseconds for which a client with a full queue may read nothing before it is closed. Default 20,000. */
  readonly stallTimeoutMs: number;
  /** Offences (bad messages, refusals) that one connection may commit in quick succession. Default 20. */
  readonly maxOffences: number;
  /** Milliseconds between WebSocket pings to every client. Default 15,000. */
  readonly pingIntervalMs: number;
  /** Milliseconds of silence (no message, no pong) after which a connection is dead. Default 45,000. */
  readonly timeoutMs: number;
  /** Milliseconds that `authorize` may take before it counts as a refusal. Default 10,000. */
  readonly authorizeTimeoutMs: number;
  /** Milliseconds that a room keeps the place of a peer whose socket was replaced. Default 10,000. */
  readonly takeoverGraceMs: number;
}

/** The limits of a server that was given none. */
export const DEFAULT_LIMITS: SignalingLimits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 1_000,
  maxRooms: 10_000,
  maxRoomSize: 1_000,
  maxRoomsPerConnection: 16,
  maxMessageBytes: 64 * KIBIBYTE,
  // A newcomer dials 50 peers with some 20 messages each within a second: the burst has room for that.
  messagesPerSecond: 200,
  messageBurst: 2_000,
  maxMetadataBytes: 4 * KIBIBYTE,
  maxQueuedBytes: KIBIBYTE * KIBIBYTE,
  stallTimeoutMs: 20_000,
  maxOffences: 20,
  pingIntervalMs: 15_000,
  timeoutMs: 45_000,
  authorizeTimeoutMs: 10_000,
  takeoverGraceMs: 10_000,
};

/** The names of all limits, in the order in which they are documented. */
export const LIMIT_NAMES: readonly (keyof SignalingLimits)[] = Object.keys(
  DEFAULT_LIMITS,
) as (keyof SignalingLimits)[];

/** Longest delay that a platform timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Fills the limits that were not given with {@link DEFAULT_LIMITS}.
 * @throws SignalingServerError `invalid-option` for an unknown name or a number that cannot be a limit.
 */
export function resolveLimits(given: Partial<SignalingLimits> = {}): SignalingLimits {
  const limits: Record<keyof SignalingLimits, number> = { ...DEFAULT_LIMITS };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new SignalingServerError(
        "invalid-option",
        `There is no limit "${name}". Use one of: ${LIMIT_NAMES.join(", ")}.`,
      );
    }
    if (value !== undefined) limits[name as keyof SignalingLimits] = checkedLimit(name, value);
  }
  if (limits.timeoutMs <= limits.pingIntervalMs) {
    throw new SignalingServerError(
      "invalid-option",
      `timeoutMs (${limits.timeoutMs}) must be longer than pingIntervalMs (${limits.pingIntervalMs}), or ` +
        "every quiet client would be dropped before it could answer a ping.",
    );
  }
  return limits;
}

function checkedLimit(name: string, value: unknown): number {
  const largest = name.endsWith("Ms") ? MAX_TIMER_MS : Number.MAX_SAFE_INTEGER;
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= largest) {
    return value as number;
  }
  throw new SignalingServerError(
    "invalid-option",
    `The limit ${name} is ${String(value)}. Give a whole number from 1 to ${largest}.`,
  );
}
