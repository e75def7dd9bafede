import { type Bytes, concatBytes } from "../../bytes.js";
import { nothingToDiscard, type Sink } from "./sink.js";

// A file that the user picked is written by another process: few big writes cost far less than many small ones.
const GATHERED_BYTES = 1024 * 1024;

/** Passes everything on to a stream, as fast as that takes it. */
export function streamSink(stream: WritableStream<Bytes>, gatheredBytes = 0): Sink {
  const writer = stream.getWriter();
  // What it ends with is told by the calls below.
  writer.closed.catch(() => undefined);
  let chunks: Bytes[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const [first] = chunks;
    if (first === undefined) return;
    const gathered = chunks.length === 1 ? first : concatBytes(...chunks);
    chunks = [];
    bytes = 0;
    await writer.write(gathered);
  };
  return {
    keptChunks: 0,
    async write(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= gatheredBytes) await flush();
    },
    async close() {
      await flush();
      await writer.close();
      return { content: undefined, discard: nothingToDiscard };
    },
    async abort({ reason }) {
      chunks = [];
      await writer.abort(reason).catch(() => undefined);
    },
  };
}

/** Writes a file that the user picked. Nothing of it is there before the end. */
export async function pickedFileSink(handle: FileSystemFileHandle): Promise<Sink> {
  return streamSink(await handle.createWritable(), GATHERED_BYTES);
}
