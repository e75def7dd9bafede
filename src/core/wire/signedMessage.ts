import type { Bytes } from "../bytes.js";
import type { VerifySignature } from "../identity/ed25519.js";
import { platformEd25519 } from "../identity/ed25519.js";
import { isSessionOf, publicKeyOf } from "../identity/ids.js";
import { frameStatement } from "./frame.js";
import { hashLeaf, type ProofStep, rootFromProof } from "./merkle.js";
import type { MessageContent, MessageContext } from "./message.js";
import { decodeMessage, hashContext } from "./messageBytes.js";

/** One message with everything that a third party needs to verify it, long after and far away. */
export interface SignedMessage {
  readonly context: MessageContext;
  /** The message's bytes as they were signed. */
  readonly message: Bytes;
  /** Way from this message's leaf to the signed Merkle root. */
  readonly proof: readonly ProofStep[];
  /** Ed25519 signature of `context.fromAgent` over the root. */
  readonly signature: Bytes;
}

/**
 * Verifies a {@link SignedMessage} on its own: no swarm, no connection.
 * @returns what the message says, or `undefined` where anything was changed, the key did not sign it, or
 * `fromPeer` is not a session of `fromAgent`
 */
export async function verifySignedMessage(
  signed: SignedMessage,
  verify?: VerifySignature,
): Promise<MessageContent | undefined> {
  const { fromAgent, fromPeer } = signed.context;
  const publicKey = publicKeyOf(fromAgent);
  // An agent can sign what it likes: that it were the session of another must not be believed.
  if (publicKey === undefined || !isSessionOf(fromPeer, fromAgent)) return undefined;
  const check = verify ?? (await (await platformEd25519()).verifier(publicKey));
  const root = rootFromProof(hashLeaf(hashContext(signed.context), signed.message), signed.proof);
  if (!(await check(signed.signature, frameStatement(root)))) return undefined;
  return decodeMessage(signed.message);
}
