import type { PartStore } from "peerswarm";
import { privateFileParts } from "../../src/core/transfers/sinks/partStore.js";
import { pickedFileSink } from "../../src/core/transfers/sinks/streamSink.js";
import { describeFilesSink, describeSink } from "../node/core/transfers/sinkContract.js";

describeFilesSink("the origin-private file system", () => privateFileParts() as PartStore);

// A picker needs a person; a file of the private file system has the same handle.
let files = 0;
describeSink("a picked file", () => {
  const name = `picked-${++files}`;
  const handle = async () => (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
  return {
    open: async () => pickedFileSink(await handle()),
    written: async () => new Uint8Array(await (await (await handle()).getFile()).arrayBuffer()),
  };
});
