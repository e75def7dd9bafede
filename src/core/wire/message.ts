import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { sha256 } from "../sha256.js";
import type { LaneName } from "../transport/transport.js";
import { encodeValue, Writer } from "./encoder.js";
import { MAX_MESSAGE_BYTES } from "./frame.js";
import { assertPayload, decodeValue } from "./payload.js";

/** Version of what is on the wire; peers with another one refuse each other. */
export const PROTOCOL_VERSION = 1;

/** Longest message type, in UTF-16 units. */
export const MAX_TYPE_LENGTH = 128;
const MAX_METADATA_TEXT_LENGTH = 256;
const MAX_CITATIONS = 64;
// number, sequence, type, sentAtMs, payload, metadata
const MESSAGE_FIELDS = 6;

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

const metadataText = v.pipe(v.string(), v.maxLength(MAX_METADATA_TEXT_LENGTH));

export const metadataSchema: v.GenericSchema<unknown, MessageMetadata> = v.strictObject({
  level: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  conversation: v.optional(metadataText),
  performative: v.optional(metadataText),
  citations: v.optional(v.pipe(v.array(metadataText), v.maxLength(MAX_CITATIONS))),
  trace: v.optional(metadataText),
});

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
  return sha256(encodeValue(fields));
}

/** What a message says to every receiver alike, checked and encoded. */
export interface MessageBody {
  readonly type: string;
  readonly encodedPayload: Uint8Array;
  readonly metadata: MessageMetadata | undefined;
}

/**
 * Checks and encodes what is to be sent, once for all receivers. The body holds until something else is encoded;
 * `keepBody` makes one that lasts.
 * @throws SwarmError `invalid-payload`
 */
export function encodeBody(type: string, payload: unknown, metadata?: MessageMetadata): MessageBody {
  assertSendable(type, payload, metadata);
  return { type, encodedPayload: encodePayload(payload ?? null), metadata };
}

let spareWriter: Writer | undefined = new Writer();

function encodePayload(payload: unknown): Uint8Array {
  const writer = spareWriter;
  // A getter of a payload may send a message of its own.
  if (writer === undefined) return encodeValue(payload);
  spareWriter = undefined;
  try {
    writer.reset();
    writer.write(payload);
    return writer.view();
  } finally {
    spareWriter = writer;
  }
}

/** A body that lasts. */
export function keepBody(body: MessageBody): MessageBody {
  return { ...body, encodedPayload: body.encodedPayload.slice() };
}

// Of its own, so that the body may still be in the other one's buffer.
const messageWriter = new Writer();

/** The fields of a message that differ from receiver to receiver, or from time to time. */
export type MessageNumbers = Pick<MessageContent, "number" | "sequence" | "sentAtMs">;

/**
 * Encodes a message around a body. The bytes hold until the next message is encoded.
 * @throws SwarmError `payload-too-large`
 */
export function encodeMessageAround(body: MessageBody, numbers: MessageNumbers): Bytes {
  messageWriter.reset();
  messageWriter.arrayHead(MESSAGE_FIELDS);
  messageWriter.write(numbers.number);
  messageWriter.write(numbers.sequence);
  messageWriter.write(body.type);
  messageWriter.write(numbers.sentAtMs);
  messageWriter.encoded(body.encodedPayload);
  messageWriter.write(body.metadata);
  const bytes = messageWriter.view();
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw new SwarmError("payload-too-large", {
      what: `This "${body.type}" message has ${bytes.length} bytes.`,
      why: `One message holds at most ${MAX_MESSAGE_BYTES}.`,
      fix: "Send it with sendLarge(), or as a file with sendFile().",
    });
  }
  return bytes;
}

/**
 * Encodes a message.
 * @throws SwarmError `invalid-payload`, `payload-too-large`
 */
export function encodeMessage(content: MessageContent): Bytes {
  return encodeMessageAround(encodeBody(content.type, content.payload, content.metadata), content).slice();
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;

const isType = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= MAX_TYPE_LENGTH;

/** Decodes and validates a message of a peer; `undefined` where it is not one. */
export function decodeMessage(bytes: Uint8Array): MessageContent | undefined {
  const fields = decodeValue(bytes)?.value;
  if (!Array.isArray(fields) || fields.length !== MESSAGE_FIELDS) return undefined;
  const [number, sequence, type, sentAtMs, payload, metadata] = fields as unknown[];
  // By hand, because this is the way of every message; metadata is rare.
  if (!isCount(number) || !isCount(sequence) || !isType(type)) return undefined;
  if (typeof sentAtMs !== "number" || sentAtMs < 0) return undefined;
  if (metadata === null) return { number, sequence, type, sentAtMs, payload, metadata: undefined };
  const parsed = v.safeParse(metadataSchema, metadata);
  return parsed.success ? { number, sequence, type, sentAtMs, payload, metadata: parsed.output } : undefined;
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
