import type { AgentId, PeerId } from "../identity/ids.js";
import type { Storage, StorageEntry } from "../storage/storage.js";
import type { Segment } from "./segments.js";

const COLLECTION = "witness";
const TIME_DIGITS = 15;
const NUMBER_DIGITS = 9;

/** A session whose records are in storage. */
export interface WitnessedSession {
  readonly agentId: AgentId;
  readonly peerId: PeerId;
  readonly startedAtMs: number;
  /** Characters of its records as JSON Lines. */
  readonly size: number;
}

/** Witnessed sessions in storage, bounded over all sessions and agents of the origin. */
export interface Archive {
  /** Stores the segments that changed, then throws away the oldest ones above the bound. What fails stays to be stored. */
  store(session: Omit<WitnessedSession, "size">, segments: readonly Segment[]): Promise<void>;
  sessions(): Promise<readonly WitnessedSession[]>;
  /** Records of a session as JSON Lines; empty where none are kept. */
  text(peerId: PeerId): Promise<string>;
}

export function createArchive(storage: Storage, maxBytes: number): Archive {
  const trim = async (): Promise<void> => {
    const kept = await storage.entries(COLLECTION);
    let excess = kept.reduce((sum, [, text]) => sum + sizeOf(text), 0) - maxBytes;
    const oldest: StorageEntry[] = [];
    for (const entry of kept) {
      if (excess <= 0) break;
      excess -= sizeOf(entry[1]);
      oldest.push(entry);
    }
    await storage.write(oldest.map(([key]) => ({ collection: COLLECTION, key })));
  };
  // Loading everything to measure it is dear: only after so much has been written anew.
  const trimEveryBytes = maxBytes / 8;
  let untrimmedBytes = Infinity;

  return {
    async store(session, segments) {
      const changed = segments.filter(({ isDirty }) => isDirty);
      if (changed.length === 0) return;
      const changes = changed.map((segment) => {
        segment.isDirty = false;
        const value = segment.lines.map((line) => `${line}\n`).join("");
        untrimmedBytes += value.length;
        return { collection: COLLECTION, key: keyOf(session, segment.number), value };
      });
      try {
        await storage.write(changes);
      } catch (error) {
        for (const segment of changed) segment.isDirty = true;
        throw error;
      }
      if (untrimmedBytes < trimEveryBytes) return;
      untrimmedBytes = 0;
      await storage.exclusively("witness", trim);
    },
    async sessions() {
      const found = new Map<PeerId, WitnessedSession>();
      for (const [key, text] of await storage.entries(COLLECTION)) {
        const session = sessionOf(key);
        const size = (found.get(session.peerId)?.size ?? 0) + sizeOf(text);
        found.set(session.peerId, { ...session, size });
      }
      return [...found.values()];
    },
    async text(peerId) {
      const entries = await storage.entries(COLLECTION);
      return entries
        .filter(([key]) => sessionOf(key).peerId === peerId)
        .map(([, text]) => String(text))
        .join("");
    },
  };
}

function sizeOf(text: unknown): number {
  return String(text).length;
}

// By time first: what sorts first is what goes first.
function keyOf({ startedAtMs, agentId, peerId }: Omit<WitnessedSession, "size">, number: number): string {
  const time = String(Math.floor(startedAtMs)).padStart(TIME_DIGITS, "0");
  return [time, agentId, peerId, String(number).padStart(NUMBER_DIGITS, "0")].join("/");
}

function sessionOf(key: string): Omit<WitnessedSession, "size"> {
  const [time = "", agentId = "", peerId = ""] = key.split("/");
  return { startedAtMs: Number(time), agentId, peerId };
}
