import * as v from "valibot";
import type { AgentId } from "../identity/ids.js";
import type { Storage, StorageChange } from "../storage/storage.js";
import { createIdTree, type IdTree } from "../sync/idTree.js";
import { letterSchema } from "../wire/letterShape.js";
import type { ArtifactId } from "./artifact.js";
import { type KnowledgeRecord, readRecord } from "./record.js";
import { allOf, FORGOTTEN, idOfKey, keyIn, RECORDS } from "./storageKeys.js";

/** Ids of removed records that are remembered, so that they do not come back; beyond them the oldest may. */
export const MAX_FORGOTTEN = 10_000;
/** What a record costs beyond its letter, in memory and in storage. */
const RECORD_OVERHEAD_BYTES = 256;

/** How a record came here: written here, pushed by a peer, or from a file that the app imported. */
export type RecordOrigin = "own" | "peer" | "file";

/** What this device adds to a record; not signed. */
export interface RecordStanding {
  /** Whether the room may have it. */
  readonly isShared: boolean;
  /** Of a reflection of another agent: whether it was made one's own. */
  readonly isIntegrated: boolean;
  readonly origin: RecordOrigin;
  readonly addedAtMs: number;
}

/** A record that is kept here. */
export interface KeptRecord extends RecordStanding {
  readonly record: KnowledgeRecord;
}

// What is stored may be damaged, or of another version.
const storedSchema = v.object({
  letter: letterSchema,
  isShared: v.boolean(),
  isIntegrated: v.boolean(),
  origin: v.picklist(["own", "peer", "file"]),
  addedAtMs: v.number(),
});
type StoredRecord = v.InferOutput<typeof storedSchema>;

/** How much of the quota a record takes. */
export function bytesOf({ letter }: KnowledgeRecord): number {
  return letter.body.length + letter.signature.length + RECORD_OVERHEAD_BYTES;
}

/** The signed records of one agent and room, in memory and in storage. Whoever writes holds the scope's lock. */
export interface Shelf {
  /** By id, oldest first. */
  readonly records: ReadonlyMap<string, KeptRecord>;
  /** Ids of everything that the room may have, removed records included: what is compared with peers. */
  readonly known: IdTree;
  readonly usedBytes: number;
  /** Of these, what peers pushed. */
  readonly receivedBytes: number;
  receivedFrom(author: AgentId): number;
  /** Records of some content, oldest first. */
  describing(cid: ArtifactId): readonly KeptRecord[];
  /** Those that are reflections, by id, oldest first. */
  readonly reflections: ReadonlyMap<string, KeptRecord>;
  /** Names of content that is described, oldest description first. */
  readonly described: ReadonlyMap<ArtifactId, ReadonlyMap<string, KeptRecord>>;
  isForgotten(id: string): boolean;
  load(): Promise<void>;
  /** Keeps new records, or the new standing of those that are here. */
  keep(kept: readonly KeptRecord[]): Promise<void>;
  /** Takes records away; those that the room may have are remembered as removed. */
  forget(ids: readonly string[], atMs: number): Promise<void>;
  /** Takes what another tab has changed. */
  reread(ids: readonly string[]): Promise<void>;
}

export function createShelf(storage: Storage, scope: string): Shelf {
  const records = new Map<string, KeptRecord>();
  const forgotten = new Map<string, number>();
  const reflections = new Map<string, KeptRecord>();
  const described = new Map<ArtifactId, Map<string, KeptRecord>>();
  const received = new Map<AgentId, number>();
  const known = createIdTree();
  let usedBytes = 0;
  let receivedBytes = 0;

  const account = ({ record, origin }: KeptRecord, sign: 1 | -1): void => {
    const bytes = sign * bytesOf(record);
    usedBytes += bytes;
    if (origin !== "peer") return;
    receivedBytes += bytes;
    const ofAuthor = (received.get(record.author) ?? 0) + bytes;
    if (ofAuthor === 0) received.delete(record.author);
    else received.set(record.author, ofAuthor);
  };

  const takeDown = (id: string): void => {
    const kept = records.get(id);
    if (kept === undefined) return;
    records.delete(id);
    reflections.delete(id);
    account(kept, -1);
    if (kept.record.kind === "artifact") {
      const { cid } = kept.record.artifact;
      described.get(cid)?.delete(id);
      if (described.get(cid)?.size === 0) described.delete(cid);
    }
    if (!forgotten.has(id)) known.delete(id);
  };

  const putUp = (kept: KeptRecord): void => {
    const { record } = kept;
    const before = records.get(record.id);
    if (before !== undefined) account(before, -1);
    records.set(record.id, kept);
    account(kept, 1);
    if (record.kind === "artifact") {
      const all = described.get(record.artifact.cid) ?? new Map<string, KeptRecord>();
      described.set(record.artifact.cid, all.set(record.id, kept));
    } else reflections.set(record.id, kept);
    forgotten.delete(record.id);
    if (kept.isShared) known.add(record.id);
    else known.delete(record.id);
  };

  const rememberRemoved = (id: string, atMs: number): readonly string[] => {
    forgotten.set(id, atMs);
    known.add(id);
    const tooMany = [...forgotten.keys()].slice(0, Math.max(0, forgotten.size - MAX_FORGOTTEN));
    for (const old of tooMany) {
      forgotten.delete(old);
      known.delete(old);
    }
    return tooMany;
  };

  const read = (value: unknown): KeptRecord | undefined => {
    const stored = v.safeParse(storedSchema, value);
    const record = stored.success ? readRecord(stored.output.letter) : undefined;
    if (!stored.success || record === undefined) return undefined;
    const { letter: _, ...standing } = stored.output;
    return { ...standing, record };
  };

  return {
    records,
    known,
    reflections,
    described,
    get usedBytes() {
      return usedBytes;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    receivedFrom: (author) => received.get(author) ?? 0,
    describing: (cid) => [...(described.get(cid)?.values() ?? [])],
    isForgotten: (id) => forgotten.has(id),
    async load() {
      const [stored, removed] = await Promise.all([
        storage.entries(RECORDS, allOf(scope)),
        storage.entries(FORGOTTEN, allOf(scope)),
      ]);
      const kept = stored.map(([, value]) => read(value)).filter((one) => one !== undefined);
      for (const one of kept.sort((a, b) => a.addedAtMs - b.addedAtMs)) putUp(one);
      const byTime = removed.map(([key, atMs]) => [idOfKey(scope, key), atMs as number] as const);
      for (const [id, atMs] of byTime.sort((a, b) => a[1] - b[1])) rememberRemoved(id, atMs);
    },
    async keep(kept) {
      const changes = kept.flatMap(({ record, ...standing }): readonly StorageChange[] => {
        const key = keyIn(scope, record.id);
        const value: StoredRecord = { ...standing, letter: record.letter };
        const change = { collection: RECORDS, key, value };
        return forgotten.has(record.id) ? [change, { collection: FORGOTTEN, key }] : [change];
      });
      await storage.write(changes);
      for (const one of kept) putUp(one);
    },
    async forget(ids, atMs) {
      const going = ids.map((id) => records.get(id)).filter((kept) => kept !== undefined);
      const sharedIds = going.filter(({ isShared }) => isShared).map(({ record }) => record.id);
      await storage.write([
        ...going.map(({ record }) => ({ collection: RECORDS, key: keyIn(scope, record.id) })),
        ...sharedIds.map((id) => ({ collection: FORGOTTEN, key: keyIn(scope, id), value: atMs })),
      ]);
      for (const { record } of going) takeDown(record.id);
      const tooMany = sharedIds.flatMap((id) => rememberRemoved(id, atMs));
      if (tooMany.length > 0)
        await storage.write(tooMany.map((id) => ({ collection: FORGOTTEN, key: keyIn(scope, id) })));
    },
    async reread(ids) {
      for (const id of ids) {
        const [value, removedAtMs] = await Promise.all([
          storage.get(RECORDS, keyIn(scope, id)),
          storage.get(FORGOTTEN, keyIn(scope, id)),
        ]);
        const kept = value === undefined ? undefined : read(value);
        if (kept !== undefined) putUp(kept);
        else takeDown(id);
        if (kept === undefined && removedAtMs !== undefined) rememberRemoved(id, removedAtMs as number);
      }
    },
  };
}
