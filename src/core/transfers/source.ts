import type { Bytes } from "../bytes.js";
import { SwarmError, textOf } from "../errors.js";
import type { Runtime } from "../runtime.js";

/** Content is read in blocks of about so much: reading a file costs a round trip to another process each time. */
const BLOCK_BYTES = 1024 * 1024;

/** Reads content chunk by chunk, a block ahead; never more than two blocks are in memory. */
export interface Source {
  readonly size: number;
  /** @throws SwarmError `transfer-failed` where it cannot be read any more */
  chunk(index: number): Promise<Bytes>;
}

export function createSource(runtime: Runtime, content: Blob, chunkBytes: number): Source {
  const chunksPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / chunkBytes));
  const blockBytes = chunksPerBlock * chunkBytes;
  const blocks = new Map<number, Promise<Bytes>>();

  const block = (number: number): Promise<Bytes> => {
    const known = blocks.get(number);
    if (known !== undefined) return known;
    const start = number * blockBytes;
    const read = runtime
      .track(content.slice(start, start + blockBytes).arrayBuffer())
      .then((buffer) => new Uint8Array(buffer));
    // Whoever asks for it hears of the failure; the one that reads ahead need not.
    read.catch(() => blocks.delete(number));
    for (const old of blocks.keys()) if (old !== number - 1) blocks.delete(old);
    blocks.set(number, read);
    return read;
  };

  return {
    size: content.size,
    async chunk(index) {
      const number = Math.floor(index / chunksPerBlock);
      const bytes = await block(number).catch((cause: unknown) => {
        throw new SwarmError("transfer-failed", {
          what: "The content cannot be read any more.",
          why: textOf(cause),
          fix: "Choose the file again: it was changed, moved or deleted.",
          cause,
        });
      });
      if ((number + 1) * blockBytes < content.size) void block(number + 1).catch(() => undefined);
      const start = (index % chunksPerBlock) * chunkBytes;
      return bytes.subarray(start, start + chunkBytes);
    },
  };
}
