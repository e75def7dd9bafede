import type { Bytes } from "../../bytes.js";
import { SwarmError, textOf } from "../../errors.js";
import type { Storage } from "../../storage/storage.js";

/**
 * Big pieces of content that outlive a page, by folder and number. Names of folders are base16 and `-`.
 * Every call rejects with SwarmError `storage-failed` where the platform refuses.
 */
export interface PartStore {
  /** Resolves once the part would survive a crash of the page; a part is there as a whole or not at all. */
  write(folder: string, part: number, bytes: Bytes): Promise<void>;
  /** `undefined` where there is none. The Blob can be read until the part is removed. */
  read(folder: string, part: number): Promise<Blob | undefined>;
  /** Removes a folder with all its parts; harmless where there is none. */
  remove(folder: string): Promise<void>;
}

const COLLECTION = "transfer-bytes";
const ROOT_DIRECTORY = "peerswarm-transfers";

/** Parts as records of a storage: for places without an origin-private file system. */
export function storageParts(storage: Storage): PartStore {
  return {
    write: (folder, part, bytes) =>
      storage.write([{ collection: COLLECTION, key: partKey(folder, part), value: new Blob([bytes]) }]),
    async read(folder, part) {
      const value = await storage.get(COLLECTION, partKey(folder, part));
      return value instanceof Blob ? value : undefined;
    },
    async remove(folder) {
      const entries = await storage.entries(COLLECTION, { from: `${folder}/`, before: `${folder}0` });
      await storage.write(entries.map(([key]) => ({ collection: COLLECTION, key })));
    },
  };
}

/** The key of a part: keys sort as numbers do. */
export function partKey(folder: string, part: number): string {
  return `${folder}/${String(part).padStart(8, "0")}`;
}

/** Parts as files of the origin-private file system; `undefined` where the platform has none that pages can write. */
export function privateFileParts(): PartStore | undefined {
  const { storage } = globalThis.navigator ?? {};
  const { FileSystemFileHandle: Handle } = globalThis as { FileSystemFileHandle?: { prototype: object } };
  if (storage?.getDirectory === undefined || Handle === undefined || !("createWritable" in Handle.prototype))
    return undefined;

  const root = async (): Promise<FileSystemDirectoryHandle> =>
    (await storage.getDirectory()).getDirectoryHandle(ROOT_DIRECTORY, { create: true });

  return {
    write: (folder, part, bytes) =>
      orStorageFailed(async () => {
        const directory = await (await root()).getDirectoryHandle(folder, { create: true });
        const file = await directory.getFileHandle(String(part), { create: true });
        // What is written appears at close() and not before, so a part is never half there.
        const writable = await file.createWritable();
        await writable.write(bytes);
        await writable.close();
      }),
    read: (folder, part) =>
      orStorageFailed(() =>
        unlessMissing(async () => {
          const directory = await (await root()).getDirectoryHandle(folder);
          return (await directory.getFileHandle(String(part))).getFile();
        }),
      ),
    remove: (folder) =>
      orStorageFailed(() =>
        unlessMissing(async () => (await root()).removeEntry(folder, { recursive: true })),
      ),
  };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
    throw error;
  }
}

async function orStorageFailed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new SwarmError("storage-failed", {
      what: "The browser's private file system refused.",
      why: textOf(cause),
      fix: "Free some space, or receive the file into a Blob or a file that the user picks.",
      cause,
    });
  }
}
