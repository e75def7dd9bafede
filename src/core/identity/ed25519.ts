import { type Bytes, toHex } from "../bytes.js";
import { SwarmError } from "../errors.js";

/** Makes signatures with one private key that it does not show. */
export interface SigningKey {
  readonly publicKey: Bytes;
  sign(message: Bytes): Promise<Bytes>;
  /** What IndexedDB can keep: a non-extractable CryptoKey, or the seed where the platform lacks Ed25519. */
  readonly stored: StoredSigningKey;
  /** The 32-byte seed, or `undefined` where the key is not exportable. */
  exportSeed(): Promise<Bytes | undefined>;
}

/** A signing key in the form that IndexedDB keeps; `publicKey` has 32 bytes, `seed` too. */
export type StoredSigningKey =
  | { readonly kind: "webcrypto"; readonly publicKey: Bytes; readonly privateKey: CryptoKey }
  | { readonly kind: "seed"; readonly publicKey: Bytes; readonly seed: Bytes };

/** Checks signatures of one public key. */
export type VerifySignature = (signature: Bytes, message: Bytes) => Promise<boolean>;

/** Ed25519 (RFC 8032), by WebCrypto where the platform has it, by `@noble/curves` where not. */
export interface Ed25519 {
  generate(options: { exportable: boolean }): Promise<SigningKey>;
  restore(stored: StoredSigningKey): Promise<SigningKey>;
  fromSeed(seed: Bytes): Promise<SigningKey>;
  verifier(publicKey: Bytes): Promise<VerifySignature>;
}

const ALGORITHM = "Ed25519";
// DER of a PKCS #8 Ed25519 private key up to its 32 bytes of seed (RFC 8410, section 7).
const PKCS8_PREFIX = new Uint8Array([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);

const SIGNATURE_BYTES = 64;

// y coordinates of the points whose order divides 8, as RFC 8032 encodes them, without the sign bit. Under
// such a key a signature holds for almost any message, and platforms differ in whether they refuse it.
const SMALL_ORDER_POINTS: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

function hasSmallOrder(publicKey: Bytes): boolean {
  const unsigned = publicKey.slice();
  const last = unsigned.length - 1;
  unsigned[last] = (unsigned[last] ?? 0) & 0x7f;
  return SMALL_ORDER_POINTS.has(toHex(unsigned));
}

const never: VerifySignature = async () => false;

function subtleCrypto(): SubtleCrypto {
  const subtle = globalThis.crypto?.subtle;
  if (subtle !== undefined) return subtle;
  throw new SwarmError("insecure-context", {
    what: "This page has no WebCrypto, so it cannot hold an identity.",
    why: "Browsers offer crypto.subtle only in a secure context.",
    fix: "Serve the page over https, or open it on http://localhost.",
  });
}

async function webCryptoKey(publicKey: Bytes, privateKey: CryptoKey): Promise<SigningKey> {
  const subtle = subtleCrypto();
  return {
    publicKey,
    stored: { kind: "webcrypto", publicKey, privateKey },
    sign: async (message) => new Uint8Array(await subtle.sign(ALGORITHM, privateKey, message)),
    async exportSeed() {
      if (!privateKey.extractable) return undefined;
      const pkcs8 = new Uint8Array(await subtle.exportKey("pkcs8", privateKey));
      return pkcs8.slice(PKCS8_PREFIX.length);
    },
  };
}

function importSeed(seed: Bytes, extractable: boolean): Promise<CryptoKey> {
  const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...seed]);
  return subtleCrypto().importKey("pkcs8", pkcs8, ALGORITHM, extractable, ["sign"]);
}

const webCrypto: Ed25519 = {
  async generate({ exportable }) {
    const subtle = subtleCrypto();
    const pair = (await subtle.generateKey(ALGORITHM, exportable, ["sign", "verify"])) as CryptoKeyPair;
    const publicKey = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
    return webCryptoKey(publicKey, pair.privateKey);
  },
  async restore(stored) {
    if (stored.kind === "webcrypto") return webCryptoKey(stored.publicKey, stored.privateKey);
    return webCryptoKey(stored.publicKey, await importSeed(stored.seed, false));
  },
  async fromSeed(seed) {
    const privateKey = await importSeed(seed, true);
    const { x } = await subtleCrypto().exportKey("jwk", privateKey);
    const publicKey = Uint8Array.from(atob(base64FromUrl(x ?? "")), (letter) => letter.charCodeAt(0));
    return webCryptoKey(publicKey, privateKey);
  },
  async verifier(publicKey) {
    if (hasSmallOrder(publicKey)) return never;
    const subtle = subtleCrypto();
    const key = await subtle.importKey("raw", publicKey, ALGORITHM, false, ["verify"]);
    return (signature, message) => subtle.verify(ALGORITHM, key, signature, message);
  },
};

function base64FromUrl(text: string): string {
  return text.replaceAll("-", "+").replaceAll("_", "/");
}

async function loadPortable(): Promise<Ed25519> {
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  const fromSeed = async (seed: Bytes, exportable = true): Promise<SigningKey> => {
    const publicKey = new Uint8Array(ed25519.getPublicKey(seed));
    return {
      publicKey,
      stored: { kind: "seed", publicKey, seed },
      sign: async (message) => new Uint8Array(ed25519.sign(message, seed)),
      exportSeed: async () => (exportable ? seed.slice() : undefined),
    };
  };
  return {
    generate: ({ exportable }) => fromSeed(new Uint8Array(ed25519.utils.randomSecretKey()), exportable),
    fromSeed: (seed) => fromSeed(seed),
    async restore(stored) {
      if (stored.kind === "seed") return fromSeed(stored.seed, false);
      return webCrypto.restore(stored);
    },
    async verifier(publicKey) {
      if (hasSmallOrder(publicKey)) return never;
      return async (signature, message) =>
        signature.length === SIGNATURE_BYTES &&
        ed25519.verify(signature, message, publicKey, { zip215: false });
    },
  };
}

let chosen: Promise<Ed25519> | undefined;

/**
 * The platform's Ed25519. Throws `insecure-context` where there is no WebCrypto at all; falls back to
 * `@noble/curves` where WebCrypto lacks the algorithm.
 */
export function platformEd25519(): Promise<Ed25519> {
  const subtle = subtleCrypto();
  chosen ??= (async () => {
    try {
      await subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
      return webCrypto;
    } catch {
      return loadPortable();
    }
  })();
  return chosen;
}

/** The two implementations, for tests that hold them against each other. */
export const ed25519Implementations: {
  readonly webCrypto: Ed25519;
  readonly loadPortable: () => Promise<Ed25519>;
} = { webCrypto, loadPortable };
