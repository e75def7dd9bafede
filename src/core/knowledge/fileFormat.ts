import { type Bytes, concatBytes, equalBytes, utf8 } from "../bytes.js";
import { decodeValue } from "../wire/decodeValue.js";
import { encodeValue } from "../wire/payload.js";

/** What an export begins with. */
export const FILE_HEAD: Bytes = utf8("peerswarm knowledge 1\n");
// Begins each entry. Not text, so that a transfer as text is noticed, and rare, so that the next entry is found after damage.
const MARK: Bytes = Uint8Array.from([0x89, 0x70, 0x6b, 0x65, 0x0d, 0x0a, 0x1a, 0x0a]);
const LENGTH_BYTES = 4;
/** Largest entry: a block with what is said of it. */
export const MAX_ENTRY_BYTES: number = 256 * 1024;
const WINDOW_BYTES: number = 1024 * 1024;
/** The next mark is looked for in steps that begin so small: where there is one after the other, each is near. */
const FIRST_STEP_BYTES = 256;
/** What is read again because it was no entry: as much as the file has, and this. Beyond it lengths are believed. */
const DOUBTFUL_BYTES: number = 64 * MAX_ENTRY_BYTES;

/** One entry of a file: where it begins, and its value where its bytes are one. */
export interface FileEntry {
  readonly atByte: number;
  readonly value: { readonly value: unknown } | undefined;
}

export function encodeEntry(value: unknown): Bytes {
  const encoded = encodeValue(value);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, encoded.length);
  return concatBytes(MARK, length, encoded);
}

/**
 * Reads a file entry by entry, a megabyte at a time. Where an entry does not begin as one does, the next one that does is
 * looked for: damage costs the entries that it hits.
 */
export async function* readEntries(
  file: Blob,
  track: <T>(work: Promise<T>) => Promise<T>,
): AsyncGenerator<FileEntry> {
  const window = createWindow(file, track);
  let doubtfulBytes = file.size + DOUBTFUL_BYTES;
  let at = equalBytes(await window.read(0, FILE_HEAD.length), FILE_HEAD) ? FILE_HEAD.length : 0;
  while (at < file.size) {
    const head = await window.read(at, MARK.length + LENGTH_BYTES);
    const start = at + head.length;
    const length = lengthOf(head);
    if (length === undefined || start + length > file.size) {
      yield { atByte: at, value: undefined };
      at = await nextMark(window, at + 1, file.size);
      continue;
    }
    const value = decodeValue(await window.read(start, length));
    yield { atByte: at, value };
    // A length that was damaged leads anywhere: what is readable is where it should be.
    if (value === undefined) doubtfulBytes -= length;
    const isSure = value !== undefined || doubtfulBytes < 0;
    at = isSure ? start + length : await nextMark(window, at + 1, file.size);
  }
}

function lengthOf(head: Bytes): number | undefined {
  if (head.length < MARK.length + LENGTH_BYTES || !equalBytes(head.subarray(0, MARK.length), MARK))
    return undefined;
  const length = new DataView(head.buffer, head.byteOffset).getUint32(MARK.length);
  return length <= MAX_ENTRY_BYTES ? length : undefined;
}

async function nextMark(window: Window, from: number, size: number): Promise<number> {
  for (
    let at = from, step = FIRST_STEP_BYTES;
    at < size;
    at += step, step = Math.min(2 * step, WINDOW_BYTES)
  ) {
    // The mark may lie across the end of what is looked at.
    const bytes = await window.read(at, step + MARK.length - 1);
    for (
      let index = bytes.indexOf(MARK[0] as number);
      index >= 0;
      index = bytes.indexOf(MARK[0] as number, index + 1)
    )
      if (equalBytes(bytes.subarray(index, index + MARK.length), MARK)) return at + index;
  }
  return size;
}

interface Window {
  read(at: number, length: number): Promise<Bytes>;
}

/** Reads ahead: each read of a file costs a round trip to another process. */
function createWindow(file: Blob, track: <T>(work: Promise<T>) => Promise<T>): Window {
  let start = 0;
  let bytes: Bytes = new Uint8Array(0);
  return {
    async read(at, wanted) {
      const length = Math.min(wanted, file.size - at);
      if (at < start || at + length > start + bytes.length) {
        start = at;
        bytes = new Uint8Array(
          await track(file.slice(at, at + Math.max(length, WINDOW_BYTES)).arrayBuffer()),
        );
      }
      return bytes.slice(at - start, at - start + length);
    },
  };
}
