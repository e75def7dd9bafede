import { Cursor, hex, isSame, join, refuseUnless, uint, unhex } from "./bytes.js";
import { neighboursOf, rootBeside, rootOf, sidesOf } from "./merkle.js";
import { sha256 } from "./signatures.js";

/** What the signed message that offers a transfer says of its content. */
export interface Offer {
  readonly id: string;
  readonly root: Uint8Array;
  readonly size: number;
  readonly chunkBytes: number;
}

export interface Chunk {
  readonly index: number;
  readonly content: Uint8Array;
}

function leafOf(content: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(0), sha256(content));
}

/** Size, root and chunk frames of a content, as its sender makes them. */
export function writeTransfer(
  id: string,
  content: Uint8Array,
  chunkBytes: number,
): { readonly offer: Offer; readonly frames: readonly Uint8Array[] } {
  const chunks = Array.from({ length: Math.ceil(content.length / chunkBytes) }, (_, index) =>
    content.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  const leaves = chunks.map(leafOf);
  const root = leaves.length === 0 ? sha256() : rootOf(leaves);
  const frames = chunks.map((chunk, index) => {
    const proof = neighboursOf(leaves, index).map(({ hash }) => hash);
    return join(uint(4, 1), unhex(id), uint(index, 4), ...proof, chunk);
  });
  return { offer: { id, root, size: content.length, chunkBytes }, frames };
}

/** The id of the transfer that a chunk frame belongs to. */
export function transferOf(frame: Uint8Array): string {
  const cursor = new Cursor(frame);
  refuseUnless(cursor.uint8() === 4, "not a chunk frame");
  return hex(cursor.take(16));
}

export function verifyChunk(frame: Uint8Array, offer: Offer): Chunk {
  refuseUnless(transferOf(frame) === offer.id, "of another transfer");
  const cursor = new Cursor(frame.slice(17));
  const index = cursor.uint32();
  const count = Math.ceil(offer.size / offer.chunkBytes);
  refuseUnless(index < count, "no such chunk");
  const proof = sidesOf(index, count).map((side) => ({ ...side, hash: cursor.take(32) }));
  const content = cursor.rest();
  const isLast = index === count - 1;
  const length = isLast ? offer.size - index * offer.chunkBytes : offer.chunkBytes;
  refuseUnless(content.length === length, "a chunk of another length");
  refuseUnless(isSame(rootBeside(leafOf(content), proof), offer.root), "not what was offered");
  return { index, content };
}
