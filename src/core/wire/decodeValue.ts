import { decodeWithin } from "./decoder.js";
import { MAX_PAYLOAD_DEPTH, MAX_PAYLOAD_VALUES } from "./payload.js";

// What the message around a payload holds: its own fields, metadata and up to 64 citations.
const ENVELOPE_VALUES = 128;

// Two levels more than a payload: the message array around it and its metadata.
const LIMITS = { maxDepth: MAX_PAYLOAD_DEPTH + 2, maxValues: MAX_PAYLOAD_VALUES + ENVELOPE_VALUES };

/**
 * Decodes bytes of a peer. Sizes, depth, types and numbers are checked before anything is built.
 * @returns the value, or `undefined` where the bytes are not exactly one acceptable value
 */
export function decodeValue(bytes: Uint8Array): { readonly value: unknown } | undefined {
  return decodeWithin(bytes, LIMITS);
}
