import { toHex } from "../bytes.js";

const LETTER_ID_BYTES = 16;

/** A fresh id, known before its letter is written. */
export function createLetterId(randomBytes: (count: number) => Uint8Array): string {
  return toHex(randomBytes(LETTER_ID_BYTES));
}
