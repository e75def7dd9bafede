import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { join } from "./bytes.js";

// What stands before a raw Ed25519 key in DER (RFC 8410).
const PUBLIC_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]);
const PRIVATE_PREFIX = Uint8Array.from([
  0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
]);

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash("sha256")
      .update(join(...parts))
      .digest(),
  );
}

export function isSigned(statement: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const der = Buffer.from(join(PUBLIC_PREFIX, publicKey));
  return verify(null, statement, { key: der, format: "der", type: "spki" }, signature);
}

/** A key pair from its 32-byte seed. */
export function signer(seed: Uint8Array): {
  readonly publicKey: Uint8Array;
  sign(statement: Uint8Array): Uint8Array;
} {
  const der = Buffer.from(join(PRIVATE_PREFIX, seed));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return {
    publicKey: new Uint8Array(spki.subarray(-32)),
    sign: (statement) => new Uint8Array(sign(null, statement, key)),
  };
}
