import { useSyncExternalStore } from "react";
import type { ReceivedFile, Swarm, TransferId } from "../../core/index.js";
import { useSwarm } from "../../hooks/index.js";
import { saveBlob } from "./saveBlob.js";

type KeptFile = ReceivedFile<"blob" | "files">;

/** Files that panels have accepted, kept with the swarm so that they outlive the panel. */
interface KeptFiles {
  readonly files: Map<TransferId, KeptFile>;
  readonly listeners: Set<() => void>;
  readonly subscribe: (listener: () => void) => () => void;
}

const kept = new WeakMap<Swarm, KeptFiles>();

function keptFiles(swarm: Swarm): KeptFiles {
  const known = kept.get(swarm);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  const fresh: KeptFiles = {
    files: new Map(),
    listeners,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  kept.set(swarm, fresh);
  return fresh;
}

/** The file of a transfer that was accepted here, whichever row or panel accepted it. */
export function useKeptFile(id: TransferId): KeptFile | undefined {
  const { files, subscribe } = keptFiles(useSwarm());
  return useSyncExternalStore(
    subscribe,
    () => files.get(id),
    () => undefined,
  );
}

export function keepFile(swarm: Swarm, id: TransferId, file: KeptFile): void {
  const { files, listeners } = keptFiles(swarm);
  forgetOld(swarm, files);
  files.set(id, file);
  for (const listener of listeners) listener();
}

// What the store shows no more cannot be saved any more, so its content may go.
function forgetOld({ store }: Swarm, files: KeptFiles["files"]): void {
  if (files.size === 0) return;
  const shown = new Set(store.getSnapshot().transfers.map(({ id }) => id));
  for (const [id, file] of files) {
    if (shown.has(id)) continue;
    files.delete(id);
    void file.discard().catch(() => undefined);
  }
}

/** Lets the browser save a file where it saves downloads. */
export function saveFile({ content, name }: Pick<KeptFile, "content" | "name">): void {
  saveBlob(content, name ?? "file");
}
