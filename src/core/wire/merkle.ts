import { sha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "../bytes.js";

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

// Domain separation of RFC 9162, section 2.1: a leaf can never be taken for an inner node.
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** One step of a proof: the neighbour's hash and on which side it stands. */
export interface ProofStep {
  readonly hash: Bytes;
  readonly isLeft: boolean;
}

export function hashLeaf(context: Uint8Array, message: Uint8Array): Bytes {
  return sha256.create().update(LEAF_PREFIX).update(context).update(message).digest() as Bytes;
}

export function hashNode(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256.create().update(NODE_PREFIX).update(left).update(right).digest() as Bytes;
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
