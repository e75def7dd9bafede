import * as v from "valibot";
import { type Bytes, toHex } from "../bytes.js";
import { MAX_MESSAGE_BYTES, SIGNATURE_BYTES } from "./frameSizes.js";

/** Largest encoded letter; it must fit into a message with room to spare. */
export const MAX_LETTER_BYTES: number = MAX_MESSAGE_BYTES - 4096;
const LETTER_ID_BYTES = 16;

/**
 * A message that stands alone: signed by itself, for an agent or a whole room, and good until it expires.
 * Whatever is queued, stored or passed on by others travels so; anyone can verify it at any time.
 */
export interface Letter {
  /** What was signed: the encoded `LetterContent`. */
  readonly body: Bytes;
  /** Ed25519 signature of `from` over `letterStatement(body)`, 64 bytes. */
  readonly signature: Bytes;
}

/** The shape of a {@link Letter} inside a payload from a peer. */
export const letterSchema: v.GenericSchema<unknown, Letter> = v.strictObject({
  body: v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check(({ length }) => length <= MAX_LETTER_BYTES),
  ),
  signature: v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check(({ length }) => length === SIGNATURE_BYTES),
  ),
});

/** A fresh id, known before its letter is written. */
export function createLetterId(randomBytes: (count: number) => Uint8Array): string {
  return toHex(randomBytes(LETTER_ID_BYTES));
}
