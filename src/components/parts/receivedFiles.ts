import type { ReceivedFile, Swarm, TransferId } from "../../core/index.js";
import { saveBlob } from "./saveBlob.js";

/** Files that a panel has accepted, kept with the swarm so that they outlive the panel. */
type KeptFiles = Map<TransferId, ReceivedFile<"blob" | "files">>;

const kept = new WeakMap<Swarm, KeptFiles>();

export function keptFiles(swarm: Swarm): KeptFiles {
  const known = kept.get(swarm);
  if (known !== undefined) return forgetOld(swarm, known);
  const files: KeptFiles = new Map();
  kept.set(swarm, files);
  return files;
}

// What the store shows no more cannot be saved any more, so its content may go.
function forgetOld({ store }: Swarm, files: KeptFiles): KeptFiles {
  if (files.size === 0) return files;
  const shown = new Set(store.getSnapshot().transfers.map(({ id }) => id));
  for (const [id, file] of files) {
    if (shown.has(id)) continue;
    files.delete(id);
    void file.discard().catch(() => undefined);
  }
  return files;
}

/** Lets the browser save a file where it saves downloads. */
export function saveFile({ content, name }: Pick<ReceivedFile<"blob" | "files">, "content" | "name">): void {
  saveBlob(content, name ?? "file");
}
