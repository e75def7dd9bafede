import type { Bytes } from "../bytes.js";

/**
 * The part of UnixFS's `Data` message (https://specs.ipfs.tech/unixfs/) that a file without inline content has.
 * Protocol Buffers: `Type` is field 1, `filesize` 3, `blocksizes` 4, all varints.
 */
export interface FileNode {
  readonly size: number;
  /** Size of the content below each link. */
  readonly blockSizes: readonly number[];
}

const TYPE_TAG = 0x08;
const FILE_SIZE_TAG = 0x18;
const BLOCK_SIZE_TAG = 0x20;
const TYPE_FILE = 2;

export function encodeFileNode({ size, blockSizes }: FileNode): Bytes {
  const bytes: number[] = [TYPE_TAG, TYPE_FILE, FILE_SIZE_TAG];
  pushVarint(bytes, size);
  for (const blockSize of blockSizes) {
    bytes.push(BLOCK_SIZE_TAG);
    pushVarint(bytes, blockSize);
  }
  return Uint8Array.from(bytes);
}

/** Reads the `Data` of a file's node; `undefined` for anything else that UnixFS knows, and for what it does not. */
export function decodeFileNode(bytes: Uint8Array): FileNode | undefined {
  const blockSizes: number[] = [];
  let type: number | undefined;
  let size: number | undefined;
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at];
    const field = readVarint(bytes, at + 1);
    if (field === undefined) return undefined;
    at = field.next;
    if (tag === TYPE_TAG) type = field.value;
    else if (tag === FILE_SIZE_TAG) size = field.value;
    else if (tag === BLOCK_SIZE_TAG) blockSizes.push(field.value);
    else return undefined;
  }
  return type === TYPE_FILE && size !== undefined ? { size, blockSizes } : undefined;
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

function readVarint(
  bytes: Uint8Array,
  start: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let at = start, scale = 1; at < bytes.length; at++, scale *= 0x80) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    if (!Number.isSafeInteger(value)) return undefined;
    if (byte < 0x80) return { value, next: at + 1 };
  }
  return undefined;
}
