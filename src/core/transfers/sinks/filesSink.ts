import { type Bytes, concatBytes, equalBytes, toHex } from "../../bytes.js";
import type { Runtime } from "../../runtime.js";
import { HASH_BYTES } from "../../wire/merkle.js";
import { hashChunk } from "../contentTree.js";
import { type Content, chunkCount, chunkLength } from "../transferMessages.js";
import { type PartStore, partKey } from "./partStore.js";
import type { Sink } from "./sink.js";

/** What a reload can cost: parts are written as a whole. */
export const PART_BYTES: number = 4 * 1024 * 1024;
/** What nobody has taken up again by then is removed. */
export const KEPT_MS: number = 7 * 24 * 3600 * 1000;
// Another transfer of the same content, here or in another tab, is not waited for.
const LOCK_WAIT_MS = 500;

/** Records of folders: when they were last written. */
const FOLDERS = "transfer-folders";
/** Hashes of the chunks in each part. */
const HASHES = "transfer-hashes";

export interface FilesSinkOptions {
  readonly runtime: Runtime;
  readonly parts: PartStore;
  readonly content: Content;
}

/**
 * Keeps content on disk in parts of 4 MiB and remembers the hashes of their chunks, so that another transfer of
 * the same content goes on from there. What is there is hashed again before it is believed.
 */
export async function filesSink({ runtime, parts, content }: FilesSinkOptions): Promise<Sink> {
  const { storage, clock } = runtime;
  const chunksPerPart = Math.max(1, Math.floor(PART_BYTES / content.chunkBytes));
  const partCount = Math.ceil(chunkCount(content) / chunksPerPart);
  const lock = await lockFolder(runtime, folderOf(content));
  const { folder } = lock;

  const forget = async (name: string): Promise<void> => {
    await runtime.track(parts.remove(name));
    const hashes = await storage.entries(HASHES, { from: `${name}/`, before: `${name}0` });
    await storage.write([
      ...hashes.map(([key]) => ({ collection: HASHES, key })),
      { collection: FOLDERS, key: name },
    ]);
  };

  const removeOld = async (): Promise<void> => {
    const nowMs = clock.now();
    for (const [name, writtenAtMs] of await storage.entries(FOLDERS))
      if (name !== folder && nowMs - Number(writtenAtMs) > KEPT_MS) await forget(name);
  };

  /** Whether a part is what its hashes say. */
  const isWhole = async (part: number): Promise<boolean> => {
    const hashes = await storage.get(HASHES, partKey(folder, part));
    const blob = await runtime.track(parts.read(folder, part));
    const first = part * chunksPerPart;
    const last = Math.min(first + chunksPerPart, chunkCount(content));
    if (
      blob === undefined ||
      !(hashes instanceof Uint8Array) ||
      hashes.length !== (last - first) * HASH_BYTES
    )
      return false;
    let offset = 0;
    const bytes = new Uint8Array(await runtime.track(blob.arrayBuffer()));
    for (let index = first; index < last; index++) {
      const chunk = bytes.subarray(offset, offset + chunkLength(content, index));
      offset += chunk.length;
      const known = hashes.subarray((index - first) * HASH_BYTES, (index - first + 1) * HASH_BYTES);
      if (!equalBytes(await hashChunk(runtime, chunk), known)) return false;
    }
    return offset === bytes.length;
  };

  let written = 0;
  let gathered: Bytes[] = [];
  let gatheredHashes: Bytes[] = [];
  let writing: Promise<void> = Promise.resolve();

  const writePart = async (part: number, bytes: Bytes, hashes: Bytes): Promise<void> => {
    await runtime.track(parts.write(folder, part, bytes));
    await storage.write([
      { collection: HASHES, key: partKey(folder, part), value: hashes },
      { collection: FOLDERS, key: folder, value: clock.now() },
    ]);
  };

  const flush = async (): Promise<void> => {
    // One part is written while the next one gathers.
    await writing;
    const part = written++;
    writing = writePart(part, concatBytes(...gathered), concatBytes(...gatheredHashes));
    writing.catch(() => undefined);
    gathered = [];
    gatheredHashes = [];
  };

  try {
    await removeOld();
    while (written < partCount && (await isWhole(written))) written++;
  } catch (error) {
    lock.release();
    throw error;
  }

  return {
    keptChunks: Math.min(written * chunksPerPart, chunkCount(content)),
    async write(chunk, hash) {
      gathered.push(chunk);
      gatheredHashes.push(hash);
      if (gathered.length === chunksPerPart) await flush();
    },
    async close() {
      try {
        if (gathered.length > 0) await flush();
        await writing;
        const blobs: Blob[] = [];
        for (let part = 0; part < partCount; part++) {
          const blob = await runtime.track(parts.read(folder, part));
          if (blob !== undefined) blobs.push(blob);
        }
        return { content: new Blob(blobs), discard: () => forget(folder) };
      } finally {
        lock.release();
      }
    },
    async abort({ keeps }) {
      gathered = [];
      try {
        await writing.catch(() => undefined);
        if (!keeps || !lock.isShared) await forget(folder);
      } finally {
        lock.release();
      }
    },
  };
}

/** The folder's name says everything that the layout of its parts depends on. */
function folderOf({ root, size, chunkBytes }: Content): string {
  return `${toHex(root)}-${size.toString(16)}-${chunkBytes.toString(16)}`;
}

interface FolderLock {
  readonly folder: string;
  /** Whether later transfers of the same content look there. */
  readonly isShared: boolean;
  release(): void;
}

/** The folder of the content while nobody else writes there, else one of our own. */
async function lockFolder({ storage, clock, randomBytes }: Runtime, folder: string): Promise<FolderLock> {
  const waiting = new AbortController();
  const cancelTimer = clock.setTimer(LOCK_WAIT_MS, () => waiting.abort());
  return new Promise((resolve, reject) => {
    const hold = (): Promise<void> =>
      new Promise((release) => {
        cancelTimer();
        resolve({ folder, isShared: true, release });
      });
    storage.exclusively(`transfer:${folder}`, hold, { signal: waiting.signal }).catch((error: unknown) => {
      cancelTimer();
      if (!waiting.signal.aborted) return reject(error);
      resolve({
        folder: `${folder}-${toHex(randomBytes(8))}`,
        isShared: false,
        release: () => undefined,
      });
    });
  });
}
