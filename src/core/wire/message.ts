import * as v from "valibot";
import { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { LaneName } from "../transport/transport.js";
import { encodeValue, Writer } from "./encoder.js";
import { assertPayload } from "./payload.js";

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

const metadataText = v.pipe(v.string(), v.maxLength(MAX_METADATA_TEXT_LENGTH));

export const metadataSchema: v.GenericSchema<unknown, MessageMetadata> = v.strictObject({
  level: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  conversation: v.optional(metadataText),
  performative: v.optional(metadataText),
  citations: v.optional(v.pipe(v.array(metadataText), v.maxLength(MAX_CITATIONS))),
  trace: v.optional(metadataText),
});

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
