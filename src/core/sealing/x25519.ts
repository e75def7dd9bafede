import type { Bytes } from "../bytes.js";

/** The private half of an X25519 key pair (RFC 7748), which it does not show. */
export interface AgreementKey {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  /**
   * The secret that the holder of the other private key arrives at too, 32 bytes; `undefined` where
   * `publicKey` is no key, or one of small order, with which anybody would arrive at zero.
   */
  agree(publicKey: Bytes): Promise<Bytes | undefined>;
  /** What IndexedDB can keep: a non-extractable CryptoKey, or the secret where the platform lacks X25519. */
  readonly stored: StoredAgreementKey;
}

/** An X25519 key in the form that IndexedDB keeps; `publicKey` and `secret` have 32 bytes. */
export type StoredAgreementKey =
  | { readonly kind: "webcrypto"; readonly publicKey: Bytes; readonly privateKey: CryptoKey }
  | { readonly kind: "secret"; readonly publicKey: Bytes; readonly secret: Bytes };

/** X25519 (RFC 7748), by WebCrypto where the platform has it, by `@noble/curves` where not. */
export interface X25519 {
  generate(): Promise<AgreementKey>;
  restore(stored: StoredAgreementKey): Promise<AgreementKey>;
  fromSecret(secret: Bytes): Promise<AgreementKey>;
}

const ALGORITHM = "X25519";
const KEY_BYTES = 32;
// DER of a PKCS #8 X25519 private key up to its 32 bytes (RFC 8410, section 7).
const PKCS8_PREFIX = new Uint8Array([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32]);

function unlessZero(secret: Uint8Array): Bytes | undefined {
  return secret.some((byte) => byte !== 0) ? new Uint8Array(secret) : undefined;
}

function webCryptoKey(publicKey: Bytes, privateKey: CryptoKey): AgreementKey {
  const { subtle } = crypto;
  return {
    publicKey,
    stored: { kind: "webcrypto", publicKey, privateKey },
    async agree(theirs) {
      try {
        const key = await subtle.importKey("raw", theirs, ALGORITHM, false, []);
        const bits = await subtle.deriveBits({ name: ALGORITHM, public: key }, privateKey, KEY_BYTES * 8);
        return unlessZero(new Uint8Array(bits));
      } catch {
        // Platforms differ in where they refuse a bad key.
        return undefined;
      }
    },
  };
}

function importSecret(secret: Bytes, isExtractable: boolean): Promise<CryptoKey> {
  const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...secret]);
  return crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, isExtractable, ["deriveBits"]);
}

const webCrypto: X25519 = {
  async generate() {
    const pair = (await crypto.subtle.generateKey(ALGORITHM, false, ["deriveBits"])) as CryptoKeyPair;
    const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    return webCryptoKey(publicKey, pair.privateKey);
  },
  async restore(stored) {
    if (stored.kind === "webcrypto") return webCryptoKey(stored.publicKey, stored.privateKey);
    return webCryptoKey(stored.publicKey, await importSecret(stored.secret, false));
  },
  async fromSecret(secret) {
    // WebCrypto tells the public half of a private key only where it may be exported.
    const { x = "" } = await crypto.subtle.exportKey("jwk", await importSecret(secret, true));
    const raw = atob(x.replaceAll("-", "+").replaceAll("_", "/"));
    const publicKey = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
    return webCryptoKey(publicKey, await importSecret(secret, false));
  },
};

async function loadPortable(): Promise<X25519> {
  const { x25519 } = await import("@noble/curves/ed25519.js");
  const fromSecret = async (secret: Bytes): Promise<AgreementKey> => {
    const publicKey = new Uint8Array(x25519.getPublicKey(secret));
    return {
      publicKey,
      stored: { kind: "secret", publicKey, secret },
      async agree(theirs) {
        try {
          return unlessZero(x25519.getSharedSecret(secret, theirs));
        } catch {
          return undefined;
        }
      },
    };
  };
  return {
    generate: () => fromSecret(new Uint8Array(x25519.utils.randomSecretKey())),
    fromSecret,
    async restore(stored) {
      return stored.kind === "secret" ? fromSecret(stored.secret) : webCrypto.restore(stored);
    },
  };
}

let chosen: Promise<X25519> | undefined;

/** The platform's X25519; `@noble/curves` where WebCrypto lacks the algorithm. */
export function platformX25519(): Promise<X25519> {
  chosen ??= webCrypto.generate().then(
    () => webCrypto,
    () => loadPortable(),
  );
  return chosen;
}

/** The two implementations, for tests that hold them against each other. */
export const x25519Implementations: {
  readonly webCrypto: X25519;
  readonly loadPortable: () => Promise<X25519>;
} = { webCrypto, loadPortable };
