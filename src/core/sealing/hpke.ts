import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import type { AgreementKey } from "./x25519.js";

/** Bytes of an encapsulated key: the ephemeral X25519 public key. */
export const ENCAPSULATED_BYTES = 32;
/** Bytes by which AES-GCM makes a text longer. */
export const TAG_BYTES = 16;

/** What is bound to a sealed text without being in it. */
export interface HpkeBinding {
  /** Who seals what for whom; both ends must have the same. */
  readonly info: Uint8Array;
  /** What goes along in the open and must not be changed. */
  readonly aad: Bytes;
}

/** A variant of AES-GCM by its identifier in RFC 9180, section 7.3. */
export interface HpkeAead {
  readonly id: number;
  readonly keyBytes: number;
}

/** The one that peerswarm uses. */
export const AES_256_GCM: HpkeAead = { id: 2, keyBytes: 32 };

// Identifiers of RFC 9180, section 7: DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256.
const KEM_SUITE = concatBytes(utf8("KEM"), Uint8Array.of(0x00, 0x20));
const suiteOf = ({ id }: HpkeAead): Bytes =>
  concatBytes(utf8("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, id));
const VERSION = utf8("HPKE-v1");
const MODE_BASE = Uint8Array.of(0x00);
const NOTHING = new Uint8Array();
const SECRET_BYTES = 32;
const NONCE_BYTES = 12;

/**
 * Seals one text to the holder of an X25519 key: HPKE (RFC 9180) in base mode, single-shot.
 * @param ephemeral a fresh key, used for this text only
 * @returns the encapsulated key (32 bytes) and the ciphertext (16 bytes longer than the text), or `undefined`
 * where `recipient` is no usable key
 */
export async function hpkeSeal(
  recipient: Bytes,
  plaintext: Bytes,
  { info, aad }: HpkeBinding,
  ephemeral: AgreementKey,
  aead: HpkeAead = AES_256_GCM,
): Promise<{ readonly encapsulated: Bytes; readonly ciphertext: Bytes } | undefined> {
  const agreed = await ephemeral.agree(recipient);
  if (agreed === undefined) return undefined;
  const encapsulated = ephemeral.publicKey;
  const { key, nonce } = keySchedule(decapsulated(agreed, encapsulated, recipient), info, aead);
  const { subtle } = crypto;
  const aesKey = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: aad };
  return { encapsulated, ciphertext: new Uint8Array(await subtle.encrypt(algorithm, aesKey, plaintext)) };
}

/** Opens what {@link hpkeSeal} sealed to this key; `undefined` where anything is not as it was sealed. */
export async function hpkeOpen(
  key: Pick<AgreementKey, "publicKey" | "agree">,
  sealed: { readonly encapsulated: Bytes; readonly ciphertext: Bytes },
  { info, aad }: HpkeBinding,
  aead: HpkeAead = AES_256_GCM,
): Promise<Bytes | undefined> {
  const agreed = await key.agree(sealed.encapsulated);
  if (agreed === undefined) return undefined;
  const schedule = keySchedule(decapsulated(agreed, sealed.encapsulated, key.publicKey), info, aead);
  const { subtle } = crypto;
  try {
    const aesKey = await subtle.importKey("raw", schedule.key, "AES-GCM", false, ["decrypt"]);
    const algorithm = { name: "AES-GCM", iv: schedule.nonce, additionalData: aad };
    return new Uint8Array(await subtle.decrypt(algorithm, aesKey, sealed.ciphertext));
  } catch {
    return undefined;
  }
}

/** ExtractAndExpand of RFC 9180, section 4.1. */
function decapsulated(agreed: Bytes, encapsulated: Bytes, recipient: Bytes): Uint8Array {
  const extracted = labeledExtract(KEM_SUITE, NOTHING, "eae_prk", agreed);
  const context = concatBytes(encapsulated, recipient);
  return labeledExpand(KEM_SUITE, extracted, "shared_secret", context, SECRET_BYTES);
}

/** KeySchedule of RFC 9180, section 5.1, without a pre-shared key; the nonce is the one of the first text. */
function keySchedule(
  shared: Uint8Array,
  info: Uint8Array,
  aead: HpkeAead,
): { readonly key: Bytes; readonly nonce: Bytes } {
  const suite = suiteOf(aead);
  const pskIdHash = labeledExtract(suite, NOTHING, "psk_id_hash", NOTHING);
  const infoHash = labeledExtract(suite, NOTHING, "info_hash", info);
  const context = concatBytes(MODE_BASE, pskIdHash, infoHash);
  const secret = labeledExtract(suite, shared, "secret", NOTHING);
  return {
    key: labeledExpand(suite, secret, "key", context, aead.keyBytes),
    nonce: labeledExpand(suite, secret, "base_nonce", context, NONCE_BYTES),
  };
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, input: Uint8Array): Uint8Array {
  return extract(sha256, concatBytes(VERSION, suite, utf8(label), input), salt);
}

function labeledExpand(
  suite: Uint8Array,
  key: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Bytes {
  const labeled = concatBytes(Uint8Array.of(length >> 8, length & 255), VERSION, suite, utf8(label), info);
  return expand(sha256, key, labeled, length) as Bytes;
}
