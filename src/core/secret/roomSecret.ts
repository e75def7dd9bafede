import { type Bytes, utf8 } from "../bytes.js";
import { SwarmError } from "../errors.js";

/** Most bytes of a room's secret. */
export const MAX_SECRET_BYTES = 1024;

/**
 * The bytes of a room's secret. Text is prepared as RFC 8265 (OpaqueString) prepares passwords: every space is
 * the plain one, composed (NFC), UTF-8; so that it is the same from every keyboard.
 * @throws SwarmError `invalid-option`
 */
export function secretBytes(secret: string | Uint8Array): Bytes {
  const bytes =
    typeof secret === "string"
      ? utf8(secret.replace(/\p{Zs}/gu, " ").normalize("NFC"))
      : new Uint8Array(secret);
  if (bytes.length > 0 && bytes.length <= MAX_SECRET_BYTES) return bytes;
  throw new SwarmError("invalid-option", {
    what: `The room's secret has ${bytes.length} bytes.`,
    why: `It has 1 to ${MAX_SECRET_BYTES}; a room without one is open.`,
    fix: "Use some random words, or leave it out.",
  });
}
