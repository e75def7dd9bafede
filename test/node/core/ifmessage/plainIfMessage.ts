import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import canonicalize from "canonicalize";

/**
 * IFMessage v2.1 as somebody else would write it: Node's crypto and the `canonicalize` package, and nothing of
 * peerswarm. Fixtures come from here, and what peerswarm writes is verified here.
 */
export interface PlainMessage {
  [field: string]: unknown;
  signature?: { algorithm: string; public_key: string; signature_bytes: string; signed_fields: string[] };
}

/** Secret key of RFC 8032, section 7.1, test 1. */
export const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
  format: "der",
  type: "pkcs8",
});
const publicKeyHex = createPublicKey(privateKey)
  .export({ format: "der", type: "spki" })
  .subarray(-32)
  .toString("hex");
/** The public key's 32 bytes in base32 (RFC 4648), lower case: computed elsewhere, written down here. */
export const agentId = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkena";
export const publicKey = publicKeyHex;

function statement(message: PlainMessage, fields: readonly string[]): Buffer {
  return Buffer.from(canonicalize(Object.fromEntries(fields.map((field) => [field, message[field]]))) ?? "");
}

export function signPlain(message: PlainMessage, fields: string[] = Object.keys(message)): PlainMessage {
  return {
    ...message,
    signature: {
      algorithm: "ed25519",
      public_key: publicKeyHex,
      signature_bytes: sign(null, statement(message, fields), privateKey).toString("hex"),
      signed_fields: fields,
    },
  };
}

export function verifyPlain(message: PlainMessage): boolean {
  const { signature } = message;
  if (signature?.algorithm !== "ed25519") return false;
  const key = createPublicKey({
    key: Buffer.concat([
      Buffer.from("302a300506032b6570032100", "hex"),
      Buffer.from(signature.public_key, "hex"),
    ]),
    format: "der",
    type: "spki",
  });
  const bytes = Buffer.from(signature.signature_bytes, "hex");
  return verify(null, statement(message, signature.signed_fields), key, bytes);
}

export const plainContent: PlainMessage = {
  id: "report-17",
  timestamp: "2025-11-20T09:30:00.250Z",
  level: 2,
  source: agentId,
  destination: "planning",
  version: "2.1",
  payload: {
    finding: {
      parts: [
        { name: "rotor", ok: true },
        { name: "Lager ö€\u{1f600}", ok: false },
      ],
      mass: 1.5e-7,
    },
    "\r": -0,
    note: null,
  },
  traceId: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  performative: "inform",
  conversation_id: "inspection",
  sequence_num: 3,
  citation_ids: ["report-16", "photo-2"],
};

/** Every fixture by the name of its file. */
export function plainFixtures(): Record<string, PlainMessage> {
  const valid = signPlain(plainContent);
  const changed = structuredClone(valid);
  (changed.payload as { finding: { parts: { ok: boolean }[] } }).finding.parts[1]!.ok = true;
  const { signature: _, ...unsigned } = valid;
  const fields = Object.keys(plainContent);
  const foreign = { ...plainContent, source: `a${agentId.slice(1)}` };
  return {
    valid,
    "nested-payload-changed": changed,
    unsigned,
    "payload-not-signed": signPlain(
      plainContent,
      fields.filter((field) => field !== "payload"),
    ),
    "foreign-source": signPlain(foreign),
  };
}
