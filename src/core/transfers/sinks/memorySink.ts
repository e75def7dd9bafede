import { type Bytes, concatBytes } from "../../bytes.js";
import { nothingToDiscard, type Sink } from "./sink.js";

// Small Blobs are kept in the page; bigger ones go to the browser, which writes them to disk when they add up.
const BLOB_PIECE_BYTES = 1024 * 1024;

/** Keeps everything in one Uint8Array. */
export function memorySink(): Sink {
  let chunks: Bytes[] = [];
  return {
    keptChunks: 0,
    async write(chunk) {
      chunks.push(chunk);
    },
    close: async () => ({ content: concatBytes(...chunks), discard: nothingToDiscard }),
    async abort() {
      chunks = [];
    },
  };
}

/** Keeps everything in one Blob. */
export function blobSink(): Sink {
  let pieces: Blob[] = [];
  let chunks: Bytes[] = [];
  let bytes = 0;
  const gather = (): void => {
    if (chunks.length > 0) pieces.push(new Blob(chunks));
    chunks = [];
    bytes = 0;
  };
  return {
    keptChunks: 0,
    async write(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= BLOB_PIECE_BYTES) gather();
    },
    async close() {
      gather();
      return { content: new Blob(pieces), discard: nothingToDiscard };
    },
    async abort() {
      pieces = [];
      chunks = [];
    },
  };
}
