import * as v from "valibot";
import type { AgentId } from "../identity/ids.js";

/** Version of the IFMessage form that is written and read. */
export const IF_MESSAGE_VERSION = "2.1";
/** Longest JSON text that is read, in UTF-16 units. */
export const MAX_IF_MESSAGE_LENGTH: number = 1024 * 1024;
const MAX_TEXT_LENGTH = 256;
const MAX_CITATIONS = 64;
const MAX_SIGNED_FIELDS = 32;

/** Fields that every IFMessage has and every signature covers. */
export const REQUIRED_SIGNED_FIELDS = [
  "id",
  "timestamp",
  "level",
  "source",
  "destination",
  "version",
  "payload",
] as const;

/** Fields that an IFMessage may have. */
export const OPTIONAL_FIELDS = [
  "traceId",
  "performative",
  "conversation_id",
  "sequence_num",
  "citation_ids",
] as const;

/** An Ed25519 signature in an {@link IfMessage}; bytes are hex. */
export interface IfSignature {
  readonly algorithm: "ed25519";
  /** 32 bytes, 64 hex digits. */
  readonly public_key: string;
  /** 64 bytes, 128 hex digits, over the canonical JSON (RFC 8785) of an object of the signed fields. */
  readonly signature_bytes: string;
  /** Names of the signed fields; at least the seven that every message has. */
  readonly signed_fields: readonly string[];
}

/** A message between agents in the JSON form IFMessage v2.1. */
export interface IfMessage {
  /** 1 to 256 characters, unique per source. */
  readonly id: string;
  /** When it was written, by its source's clock: RFC 3339 text, or milliseconds since the epoch. */
  readonly timestamp: string | number;
  readonly level: 1 | 2;
  /** AgentId of the key that signed. */
  readonly source: AgentId;
  /** An AgentId, a room, or another name that the app gives a meaning; 1 to 256 characters. */
  readonly destination: string;
  readonly version: typeof IF_MESSAGE_VERSION;
  /** Any JSON value. */
  readonly payload: unknown;
  readonly traceId?: string | undefined;
  /** Speech act, for example `inform` or `request` (FIPA ACL). */
  readonly performative?: string | undefined;
  readonly conversation_id?: string | undefined;
  /** Place in the conversation, a whole number from 0. */
  readonly sequence_num?: number | undefined;
  /** Ids of what this message rests on, at most 64. */
  readonly citation_ids?: readonly string[] | undefined;
  readonly signature: IfSignature;
}

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT_LENGTH));
// RFC 3339, section 5.6.
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const timestamp = v.union([
  v.pipe(
    v.string(),
    v.regex(RFC_3339),
    v.check((instant) => !Number.isNaN(Date.parse(instant))),
  ),
  v.pipe(v.number(), v.minValue(0)),
]);

/** Everything about an IFMessage but its signature. */
export const contentSchema = v.object({
  id: text,
  timestamp,
  level: v.picklist([1, 2]),
  source: text,
  destination: text,
  version: v.literal(IF_MESSAGE_VERSION),
  // `v.unknown()` alone would let it be missing.
  payload: v.custom<unknown>((payload) => payload !== undefined),
  traceId: v.optional(text),
  performative: v.optional(text),
  conversation_id: v.optional(text),
  sequence_num: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  citation_ids: v.optional(v.pipe(v.array(text), v.maxLength(MAX_CITATIONS))),
});

export const signatureSchema = v.object({
  algorithm: v.literal("ed25519"),
  public_key: v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{64}$/)),
  signature_bytes: v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{128}$/)),
  signed_fields: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH))),
    v.maxLength(MAX_SIGNED_FIELDS),
  ),
});

const messageSchema = v.object({ ...contentSchema.entries, signature: signatureSchema });

/**
 * Whether a value has the form of an IFMessage v2.1, for example to tell it from an app's own JSON. It
 * verifies nothing: {@link readIfMessage} does.
 */
export function isIfMessage(value: unknown): value is IfMessage {
  return v.is(messageSchema, value);
}
