import { sha256 } from "@noble/hashes/sha2.js";
import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { LaneName } from "../transport/transport.js";
import { MAX_MESSAGE_BYTES } from "./frame.js";
import { assertPayload, decodeValue, encodeValue } from "./payload.js";

/** Version of what is on the wire; peers with another one refuse each other. */
export const PROTOCOL_VERSION = 1;

/** Longest message type, in UTF-16 units. */
export const MAX_TYPE_LENGTH = 128;
const MAX_METADATA_TEXT_LENGTH = 256;
const MAX_CITATIONS = 64;

/** Optional signed fields of a message, for conversations between agents. */
export interface MessageMetadata {
  /** Level of the message in an agent protocol; meaning is the app's. */
  readonly level?: number;
  /** Conversation that the message belongs to. */
  readonly conversation?: string;
  /** Speech act, for example `inform` or `request` (FIPA ACL). */
  readonly performative?: string;
  /** Ids of messages or artifacts that this one rests on. */
  readonly citations?: readonly string[];
  /** Trace context (W3C `traceparent`). */
  readonly trace?: string;
}

/** What one message says, before signing. */
export interface MessageContent {
  /** Counts the sender's messages in this session; a broadcast has one number for all receivers. */
  readonly number: number;
  /** Counts messages of one lane to one receiver, without gaps. */
  readonly sequence: number;
  readonly type: string;
  /** Sender's clock, milliseconds since the epoch; advisory. */
  readonly sentAtMs: number;
  readonly payload: unknown;
  readonly metadata: MessageMetadata | undefined;
}

/** What is the same for all messages on one lane of one session; signed with each of them. */
export interface MessageContext {
  readonly room: string;
  readonly fromAgent: AgentId;
  readonly fromPeer: PeerId;
  readonly toPeer: PeerId;
  readonly lane: LaneName;
}

const positiveInteger = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const metadataText = v.pipe(v.string(), v.maxLength(MAX_METADATA_TEXT_LENGTH));

export const metadataSchema: v.GenericSchema<unknown, MessageMetadata> = v.strictObject({
  level: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  conversation: v.optional(metadataText),
  performative: v.optional(metadataText),
  citations: v.optional(v.pipe(v.array(metadataText), v.maxLength(MAX_CITATIONS))),
  trace: v.optional(metadataText),
});

const contentSchema = v.strictTuple([
  positiveInteger,
  positiveInteger,
  v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TYPE_LENGTH)),
  v.pipe(v.number(), v.minValue(0)),
  v.unknown(),
  v.nullable(metadataSchema),
]);

/** Hash of a context, hashed in turn into every leaf: what is implied on the wire is still signed. */
export function hashContext(context: MessageContext): Bytes {
  const fields = [
    "peerswarm message",
    PROTOCOL_VERSION,
    context.room,
    context.fromAgent,
    context.fromPeer,
    context.toPeer,
    context.lane,
  ];
  return sha256(encodeValue(fields)) as Bytes;
}

/**
 * Encodes a message.
 * @throws SwarmError `invalid-payload`, `payload-too-large`
 */
export function encodeMessage(content: MessageContent): Bytes {
  const { number, sequence, type, sentAtMs, payload, metadata } = content;
  const bytes = encodeValue([number, sequence, type, sentAtMs, payload ?? null, metadata ?? null]);
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw new SwarmError("payload-too-large", {
      what: `This "${type}" message has ${bytes.length} bytes.`,
      why: `One message holds at most ${MAX_MESSAGE_BYTES}.`,
      fix: "Send it with sendLarge(), or as a file with sendFile().",
    });
  }
  return bytes;
}

/** Decodes and validates a message of a peer; `undefined` where it is not one. */
export function decodeMessage(bytes: Uint8Array): MessageContent | undefined {
  const decoded = decodeValue(bytes);
  if (decoded === undefined) return undefined;
  const parsed = v.safeParse(contentSchema, decoded.value);
  if (!parsed.success) return undefined;
  const [number, sequence, type, sentAtMs, payload, metadata] = parsed.output;
  return { number, sequence, type, sentAtMs, payload, metadata: metadata ?? undefined };
}

/** Throws unless type, payload and metadata can be sent. */
export function assertSendable(type: string, payload: unknown, metadata: MessageMetadata | undefined): void {
  if (type.length === 0 || type.length > MAX_TYPE_LENGTH) {
    throw new SwarmError("invalid-payload", {
      what: `A message type has 1 to ${MAX_TYPE_LENGTH} characters, this one has ${type.length}.`,
      fix: 'Use a short name such as "chat".',
    });
  }
  if (payload !== undefined) assertPayload(payload);
  if (metadata !== undefined && !v.is(metadataSchema, metadata)) {
    throw new SwarmError("invalid-payload", {
      what: "The message's metadata is not valid.",
      why: `Texts hold at most ${MAX_METADATA_TEXT_LENGTH} characters, citations at most ${MAX_CITATIONS}, level is a whole number.`,
      fix: "Shorten it, and pass known fields only.",
    });
  }
}
