import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import { sha256 } from "../sha256.js";
import { decodeValue } from "./decodeValue.js";
import { encodeValue, Writer } from "./encoder.js";
import { MAX_MESSAGE_BYTES } from "./frameSizes.js";
import {
  encodeBody,
  MAX_TYPE_LENGTH,
  type MessageBody,
  type MessageContent,
  type MessageContext,
  metadataSchema,
  PROTOCOL_VERSION,
} from "./message.js";

// number, sequence, type, sentAtMs, payload, metadata
const MESSAGE_FIELDS = 6;

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
