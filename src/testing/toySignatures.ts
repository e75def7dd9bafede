import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concatBytes, equalBytes } from "../core/bytes.js";
import type { Ed25519, SigningKey } from "../core/identity/ed25519.js";

function toySignature(publicKey: Bytes, message: Bytes): Bytes {
  const hash = sha256(concatBytes(publicKey, message));
  return concatBytes(hash, hash);
}

/**
 * Has the shape of Ed25519 and none of its safety: anybody can sign for anybody. For crowds whose signatures
 * are not what a test is about; it takes a small part of the time.
 */
export function toyEd25519(randomBytes: (count: number) => Bytes): Ed25519 {
  const keyOf = (seed: Bytes): SigningKey => {
    const publicKey = new Uint8Array(sha256(seed));
    return {
      publicKey,
      stored: { kind: "seed", publicKey, seed },
      sign: async (message) => toySignature(publicKey, message),
      exportSeed: async () => seed.slice(),
    };
  };
  return {
    generate: async () => keyOf(randomBytes(32)),
    fromSeed: async (seed) => keyOf(seed),
    async restore(stored) {
      if (stored.kind === "seed") return keyOf(stored.seed);
      throw new TypeError("Toy signatures have no WebCrypto keys.");
    },
    verifier: async (publicKey) => async (signature, message) =>
      equalBytes(signature, toySignature(publicKey, message)),
  };
}
