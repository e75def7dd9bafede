import type { Bytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import { sha256 } from "../sha256.js";
import { HASH_BYTES, hashLeaf, hashNode } from "../wire/merkle.js";

const NO_CONTEXT = new Uint8Array(0);

/** Root of content without a byte: RFC 9162's hash of an empty tree. */
export const EMPTY_ROOT: Bytes = sha256(NO_CONTEXT);

/** Hash of one chunk, by the platform. */
export async function hashChunk(runtime: Runtime, chunk: Bytes): Promise<Bytes> {
  return new Uint8Array(await runtime.track(crypto.subtle.digest("SHA-256", chunk)));
}

/** The Merkle tree over all chunks of some content. */
export interface ContentTree {
  readonly root: Bytes;
  /** The neighbours from a chunk up to the root, one after the other. */
  proof(index: number): Bytes;
}

/** @param chunkHashes SHA-256 of each chunk, one after the other */
export function createContentTree(chunkHashes: Bytes): ContentTree {
  const count = chunkHashes.length / HASH_BYTES;
  // Flat levels: a gigabyte has tens of thousands of nodes, and an object for each would weigh more than they do.
  const leaves = new Uint8Array(chunkHashes.length);
  for (let index = 0; index < count; index++)
    leaves.set(hashLeaf(NO_CONTEXT, hashAt(chunkHashes, index)), index * HASH_BYTES);
  const levels: Bytes[] = [leaves];
  for (let level = leaves; level.length > HASH_BYTES; level = levels.at(-1) as Bytes)
    levels.push(nextLevel(level));
  return {
    root: count === 0 ? EMPTY_ROOT : (levels.at(-1) as Bytes),
    proof(index) {
      const proof = new Uint8Array(proofBytes(index, count));
      let offset = 0;
      let position = index;
      for (const level of levels) {
        const neighbour = position ^ 1;
        if (neighbour * HASH_BYTES < level.length && level.length > HASH_BYTES) {
          proof.set(hashAt(level, neighbour), offset);
          offset += HASH_BYTES;
        }
        position >>>= 1;
      }
      return proof;
    },
  };
}

function hashAt(hashes: Bytes, index: number): Bytes {
  return hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

function nextLevel(level: Bytes): Bytes {
  const width = level.length / HASH_BYTES;
  const parents = new Uint8Array(Math.ceil(width / 2) * HASH_BYTES);
  for (let index = 0; index < width; index += 2) {
    const left = hashAt(level, index);
    // An odd last node moves up unchanged.
    const parent = index + 1 < width ? hashNode(left, hashAt(level, index + 1)) : left;
    parents.set(parent, (index / 2) * HASH_BYTES);
  }
  return parents;
}

/** Length of the proof of chunk `index` among `count`. */
export function proofBytes(index: number, count: number): number {
  let bytes = 0;
  let position = index;
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    if ((position ^ 1) < width) bytes += HASH_BYTES;
    position >>>= 1;
  }
  return bytes;
}

/** The root that a chunk's hash and its proof lead to; `proof` has the length that {@link proofBytes} says. */
export function rootOf(chunkHash: Bytes, index: number, count: number, proof: Bytes): Bytes {
  let hash = hashLeaf(NO_CONTEXT, chunkHash);
  let position = index;
  let step = 0;
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    if ((position ^ 1) < width) {
      const neighbour = hashAt(proof, step++);
      hash = position % 2 === 1 ? hashNode(neighbour, hash) : hashNode(hash, neighbour);
    }
    position >>>= 1;
  }
  return hash;
}
