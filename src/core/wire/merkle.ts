import { type Bytes, concatBytes } from "../bytes.js";
import { sha256Tagged } from "../sha256.js";

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

// Domain separation of RFC 9162, section 2.1: a leaf can never be taken for an inner node.
const LEAF_TAG = 0;
const NODE_TAG = 1;
// From here on WebCrypto is quicker than a script, for all that its promise costs.
const BIG_MESSAGE_BYTES = 8 * 1024;

/** One step of a proof: the neighbour's hash and on which side it stands. */
export interface ProofStep {
  readonly hash: Bytes;
  readonly isLeft: boolean;
}

export function hashLeaf(context: Uint8Array, message: Uint8Array): Bytes {
  return sha256Tagged(LEAF_TAG, context, message);
}

/** The leaves of a frame's messages, in order. `track` hears of what WebCrypto does. */
export async function hashLeaves(
  context: Uint8Array,
  messages: readonly Bytes[],
  track: <T>(work: Promise<T>) => Promise<T>,
): Promise<Bytes[]> {
  const leaves: Bytes[] = [];
  for (const message of messages) {
    const isBig = message.length >= BIG_MESSAGE_BYTES;
    leaves.push(isBig ? await track(hashBigLeaf(context, message)) : hashLeaf(context, message));
  }
  return leaves;
}

async function hashBigLeaf(context: Uint8Array, message: Uint8Array): Promise<Bytes> {
  const leaf = concatBytes(Uint8Array.of(LEAF_TAG), context, message);
  return new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", leaf));
}

export function hashNode(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256Tagged(NODE_TAG, left, right);
}

function nextLevel(level: readonly Bytes[]): Bytes[] {
  const parents: Bytes[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Bytes;
    const right = level[i + 1];
    // An odd last node moves up unchanged; doubling it would give two trees one root.
    parents.push(right === undefined ? left : hashNode(left, right));
  }
  return parents;
}

/** Root of the tree over `leaves`, at least one. A single leaf is its own root. */
export function merkleRoot(leaves: readonly Bytes[]): Bytes {
  let level = leaves;
  while (level.length > 1) level = nextLevel(level);
  const root = level[0];
  if (root === undefined) throw new RangeError("a Merkle tree needs at least one leaf");
  return root;
}

/** The neighbours on the way from leaf `index` up to the root. */
export function merkleProof(leaves: readonly Bytes[], index: number): ProofStep[] {
  const steps: ProofStep[] = [];
  let level = leaves;
  let position = index;
  while (level.length > 1) {
    const isLeft = position % 2 === 1;
    const neighbour = level[isLeft ? position - 1 : position + 1];
    if (neighbour !== undefined) steps.push({ hash: neighbour, isLeft });
    level = nextLevel(level);
    position = Math.floor(position / 2);
  }
  return steps;
}

/** The root that a leaf and its proof lead to. */
export function rootFromProof(leaf: Bytes, steps: readonly ProofStep[]): Bytes {
  let hash = leaf;
  for (const step of steps) hash = step.isLeft ? hashNode(step.hash, hash) : hashNode(hash, step.hash);
  return hash;
}
