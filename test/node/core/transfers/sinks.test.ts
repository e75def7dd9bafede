import { blobSink, memorySink } from "../../../../src/core/transfers/sinks/memorySink.js";
import { storageParts } from "../../../../src/core/transfers/sinks/partStore.js";
import { streamSink } from "../../../../src/core/transfers/sinks/streamSink.js";
import { describeFilesSink, describeSink } from "./sinkContract.js";

describeSink("memory", () => ({ open: async () => memorySink() }));
describeSink("blob", () => ({ open: async () => blobSink() }));
describeSink("a stream", () => {
  const written: Uint8Array[] = [];
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (chunk) => void written.push(chunk) });
  return {
    open: async () => streamSink(stream),
    written: async () => new Uint8Array(Buffer.concat(written)),
  };
});
describeFilesSink("files in storage", storageParts);
