import type { Runtime } from "../../runtime.js";
import type { TransferTarget } from "../transfer.js";
import type { Content } from "../transferMessages.js";
import { filesSink } from "./filesSink.js";
import { blobSink, memorySink } from "./memorySink.js";
import { privateFileParts, storageParts } from "./partStore.js";
import type { Sink } from "./sink.js";
import { pickedFileSink, streamSink } from "./streamSink.js";

/** Opens the sink that a target stands for. */
export async function openSink(runtime: Runtime, target: TransferTarget, content: Content): Promise<Sink> {
  if (target === "memory") return memorySink();
  if (target === "blob") return blobSink();
  if (target === "files") {
    const parts = runtime.parts ?? privateFileParts() ?? storageParts(runtime.storage);
    return filesSink({ runtime, parts, content });
  }
  return "getWriter" in target ? streamSink(target) : pickedFileSink(target);
}
