import type { PeerId } from "../identity/ids.js";
import type { WitnessEvent } from "./record.js";

// Beyond these many kinds and culprits at once the culprits are no longer told apart.
const MAX_ENTRIES = 64;

/** Gathers what was refused or dropped into one event per reason and culprit. */
export interface DropCounts {
  add(code: string, peerId: PeerId | undefined): void;
  take(): WitnessEvent[];
}

export function createDropCounts(): DropCounts {
  const counts = new Map<string, { code: string; peer: PeerId | null; count: number }>();
  return {
    add(code, peerId) {
      const key = `${code} ${peerId ?? ""}`;
      const peer = counts.has(key) || counts.size < MAX_ENTRIES ? (peerId ?? null) : null;
      const kept = peer === null ? `${code} ` : key;
      const entry = counts.get(kept) ?? { code, peer, count: 0 };
      entry.count++;
      counts.set(kept, entry);
    },
    take() {
      const events = [...counts.values()].map((detail): WitnessEvent => ({ kind: "dropped", detail }));
      counts.clear();
      return events;
    },
  };
}
