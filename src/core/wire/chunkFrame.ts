import { type Bytes, concatBytes, toHex } from "../bytes.js";
import { FrameKind } from "./frame.js";

/** Bytes of a transfer's id on the wire. */
export const TRANSFER_ID_BYTES = 16;
/** Bytes of a chunk frame before proof and data: kind, id of the transfer, index of the chunk. */
export const CHUNK_HEADER_BYTES: number = 1 + TRANSFER_ID_BYTES + 4;

/** One chunk of a transfer. It is not signed: its proof leads to the root in the signed offer. */
export interface ChunkFrame {
  /** Base16. */
  readonly transfer: string;
  readonly index: number;
  /** Merkle proof, then data. How long the proof is follows from the index and the number of chunks. */
  readonly body: Bytes;
}

export function encodeChunkFrame(transfer: Bytes, index: number, proof: Bytes, data: Bytes): Bytes {
  const header = new Uint8Array(CHUNK_HEADER_BYTES);
  header[0] = FrameKind.chunk;
  header.set(transfer, 1);
  new DataView(header.buffer).setUint32(1 + TRANSFER_ID_BYTES, index);
  return concatBytes(header, proof, data);
}

/** Reads the frame of a chunk; `undefined` where it is too short to be one. */
export function decodeChunkFrame(bytes: Bytes): ChunkFrame | undefined {
  if (bytes.length <= CHUNK_HEADER_BYTES || bytes[0] !== FrameKind.chunk) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    transfer: toHex(bytes.subarray(1, 1 + TRANSFER_ID_BYTES)),
    index: view.getUint32(1 + TRANSFER_ID_BYTES),
    body: bytes.subarray(CHUNK_HEADER_BYTES),
  };
}
