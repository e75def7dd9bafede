import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { Cursor, join, Refusal, refuseUnless, text, uint } from "./bytes.js";
import { packValue, unpackValue } from "./messagePack.js";

// RFC 9180: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
const KEM_SUITE = join(text("KEM"), uint(0x0020, 2));
const HPKE_SUITE = join(text("HPKE"), uint(0x0020, 2), uint(0x0001, 2), uint(0x0002, 2));
const BASE_MODE = Uint8Array.of(0);
const EMPTY = new Uint8Array();
const TAG_BYTES = 16;

// What stands before a raw X25519 key in DER (RFC 8410).
const PUBLIC_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 3, 0x21, 0]);
const PRIVATE_PREFIX = Uint8Array.from([
  0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20,
]);

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHmac("sha256", key)
      .update(join(...parts))
      .digest(),
  );
}

/** HKDF-Expand of RFC 5869, for at most 32 bytes. */
function expand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hmac(key, info, Uint8Array.of(1)).slice(0, length);
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, input: Uint8Array): Uint8Array {
  return hmac(salt, text("HPKE-v1"), suite, text(label), input);
}

function labeledExpand(
  suite: Uint8Array,
  key: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return expand(key, join(uint(length, 2), text("HPKE-v1"), suite, text(label), info), length);
}

export interface SealingKey {
  readonly publicKey: Uint8Array;
  readonly secret: KeyObject;
}

/** The sealing key of an agent whose Ed25519 seed is known. */
export function sealingKeyOf(seed: Uint8Array): SealingKey {
  const scalar = expand(hmac(new Uint8Array(32), seed), text("peerswarm/1 sealing key"), 32);
  const der = Buffer.from(join(PRIVATE_PREFIX, scalar));
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = createPublicKey(secret).export({ format: "der", type: "spki" });
  return { secret, publicKey: new Uint8Array(spki.subarray(-32)) };
}

function agree(secret: KeyObject, publicKey: Uint8Array): Uint8Array {
  const der = Buffer.from(join(PUBLIC_PREFIX, publicKey));
  try {
    return new Uint8Array(
      diffieHellman({
        privateKey: secret,
        publicKey: createPublicKey({ key: der, format: "der", type: "spki" }),
      }),
    );
  } catch {
    // OpenSSL itself refuses keys that lead to zeros.
    throw new Refusal("a key that leads to an all-zero secret");
  }
}

/** What a sealed text is bound to. */
export interface SealContext {
  readonly purpose: "message" | "letter";
  readonly room: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
  /** The fields that travel in the open. */
  readonly open: readonly unknown[];
}

/** AEAD key and nonce of one sealed text. */
function keysOf(
  agreed: Uint8Array,
  encapsulated: Uint8Array,
  receiver: Uint8Array,
  { purpose, room, from, to, id }: SealContext,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const info = join(text("peerswarm/1 seal\0"), packValue([purpose, room, from, to, id]));
  const shared = labeledExpand(
    KEM_SUITE,
    labeledExtract(KEM_SUITE, EMPTY, "eae_prk", agreed),
    "shared_secret",
    join(encapsulated, receiver),
    32,
  );
  const schedule = join(
    BASE_MODE,
    labeledExtract(HPKE_SUITE, EMPTY, "psk_id_hash", EMPTY),
    labeledExtract(HPKE_SUITE, EMPTY, "info_hash", info),
  );
  const secret = labeledExtract(HPKE_SUITE, shared, "secret", EMPTY);
  return {
    key: labeledExpand(HPKE_SUITE, secret, "key", schedule, 32),
    nonce: labeledExpand(HPKE_SUITE, secret, "base_nonce", schedule, 12),
  };
}

export function unseal(sealed: Uint8Array, context: SealContext, own: SealingKey): Uint8Array {
  const cursor = new Cursor(sealed);
  const encapsulated = cursor.take(32);
  const ciphertext = cursor.rest();
  refuseUnless(ciphertext.length >= TAG_BYTES, "no tag");
  const { key, nonce } = keysOf(agree(own.secret, encapsulated), encapsulated, own.publicKey, context);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAAD(packValue(context.open));
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  const plain = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    throw new Refusal("sealed for another, or changed");
  }
  return new Uint8Array(plain);
}

/** Seals to a public key with a fresh one. */
export function seal(plain: Uint8Array, context: SealContext, receiver: Uint8Array): Uint8Array {
  const fresh = sealingKeyOf(randomBytes(32));
  const { key, nonce } = keysOf(agree(fresh.secret, receiver), fresh.publicKey, receiver, context);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(packValue(context.open));
  return join(fresh.publicKey, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** What a message of the type `swarm/sealed` says to its receiver. */
export function openSealedMessage(
  payload: unknown,
  { room, from, to }: Pick<SealContext, "room" | "from" | "to">,
  own: SealingKey,
): { readonly type: string; readonly payload: unknown; readonly metadata: unknown } {
  const { id, sealed } = payload as { id: unknown; sealed: unknown };
  refuseUnless(typeof id === "string" && /^[0-9a-f]{32}$/.test(id), "no id");
  refuseUnless(sealed instanceof Uint8Array, "nothing is sealed");
  const inner = unpackValue(unseal(sealed, { purpose: "message", room, from, to, id, open: [] }, own));
  refuseUnless(Array.isArray(inner) && inner.length === 3, "something else was sealed");
  const [type, said, metadata] = inner as unknown[];
  refuseUnless(typeof type === "string" && !type.startsWith("swarm/"), "no type of an app");
  return { type, payload: said, metadata };
}

/** The payload of a message of the type `swarm/sealed`. */
export function sealMessage(
  said: { readonly type: string; readonly payload: unknown; readonly metadata: unknown },
  context: Pick<SealContext, "room" | "from" | "to" | "id">,
  receiver: Uint8Array,
): { readonly id: string; readonly sealed: Uint8Array } {
  const plain = packValue([said.type, said.payload, said.metadata]);
  return { id: context.id, sealed: seal(plain, { ...context, purpose: "message", open: [] }, receiver) };
}
