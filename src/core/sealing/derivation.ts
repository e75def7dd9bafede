import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, utf8 } from "../bytes.js";

const KEY_BYTES = 32;
const LABEL = utf8("peerswarm/1 sealing key");

/**
 * The X25519 secret of an identity whose Ed25519 seed is known: HKDF-SHA256 (RFC 5869) of the seed, without
 * salt, so that importing the seed elsewhere gives the same agent with the same sealing key.
 */
export function sealingSecretOf(seed: Bytes): Bytes {
  return hkdf(sha256, seed, undefined, LABEL, KEY_BYTES) as Bytes;
}
