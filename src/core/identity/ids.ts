import { type Bytes, fromBase32, toBase32 } from "../bytes.js";

/** Names an identity: its Ed25519 public key in lower-case base32 (RFC 4648, 52 characters). */
export type AgentId = string;

/** Names one session of an agent, as `<first 12 characters of its AgentId>-<10 random ones>`. */
export type PeerId = string;

const PUBLIC_KEY_BYTES = 32;
const AGENT_PREFIX_CHARACTERS = 12;
const SESSION_RANDOM_CHARACTERS = 10;
// 10 base32 characters hold 50 bits.
const SESSION_RANDOM_BYTES = 7;
const PEER_ID_PATTERN = /^[a-z2-7]{12}-[a-z2-7]{10}$/;
const AGENT_ID_PATTERN = /^[a-z2-7]{52}$/;

/** The AgentId of an Ed25519 public key of 32 bytes: its base32 (RFC 4648), 52 lower-case characters. */
export function agentIdOf(publicKey: Uint8Array): AgentId {
  return toBase32(publicKey);
}

/** The public key that an AgentId stands for, or `undefined` where the text is not an AgentId. */
export function publicKeyOf(agentId: AgentId): Bytes | undefined {
  if (!AGENT_ID_PATTERN.test(agentId)) return undefined;
  const key = fromBase32(agentId);
  return key?.length === PUBLIC_KEY_BYTES ? key : undefined;
}

/** A fresh PeerId; never reuse one. */
export function createPeerId(agentId: AgentId, randomBytes: (count: number) => Uint8Array): PeerId {
  const session = toBase32(randomBytes(SESSION_RANDOM_BYTES)).slice(0, SESSION_RANDOM_CHARACTERS);
  return `${agentId.slice(0, AGENT_PREFIX_CHARACTERS)}-${session}`;
}

/** Whether a value has the form of a PeerId; nobody need have it. */
export function isPeerId(value: unknown): value is PeerId {
  return typeof value === "string" && PEER_ID_PATTERN.test(value);
}

/** Whether this PeerId can be a session of that agent. */
export function isSessionOf(peerId: PeerId, agentId: AgentId): boolean {
  return isPeerId(peerId) && peerId.startsWith(`${agentId.slice(0, AGENT_PREFIX_CHARACTERS)}-`);
}
