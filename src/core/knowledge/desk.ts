import type { Cancel } from "../clock.js";
import { toSwarmError } from "../errors.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { KnowledgeOptions } from "./api.js";
import { type Catalogue, createCatalogue } from "./catalogue.js";
import { type Contents, createContents } from "./contents.js";
import { createExchange, type Exchange } from "./exchange.js";
import { DEFAULT_KNOWLEDGE_BYTES, type KnowledgeFetch, VIEW_LENGTH } from "./knowledgeView.js";
import { knowledgeChanged, MAX_BATCH_RECORDS } from "./messages.js";
import { createQuota, type Quota } from "./quota.js";
import type { KnowledgeRecord } from "./record.js";
import { createSearchIndex, type SearchIndex } from "./search.js";
import { createShelf, type KeptRecord, type RecordOrigin, type Shelf } from "./shelf.js";
import { scopeOf } from "./storageKeys.js";
import type { Synchroniser } from "./synchroniser.js";

/** The store shows changes at most this often. */
const PUBLISH_MS = 200;

/** What all of a library's work is done with, during one stay. */
export interface Desk {
  readonly port: ProtocolPort;
  readonly self: PortSelf;
  readonly options: KnowledgeOptions;
  readonly shelf: Shelf;
  readonly contents: Contents;
  readonly catalogue: Catalogue;
  readonly quota: Quota;
  readonly exchange: Exchange;
  readonly fetches: Map<string, KnowledgeFetch>;
  /** Everything that writes to storage runs so, one after the other over all tabs. */
  locked<T>(work: () => Promise<T>): Promise<T>;
  /** Made with the first search; kept up from then on. */
  index(): SearchIndex;
  load(): Promise<void>;
  /** Puts new records on the shelf, or gives those there another standing. */
  keep(kept: readonly KeptRecord[]): Promise<void>;
  forget(ids: readonly string[]): Promise<void>;
  newlyKept(record: KnowledgeRecord, origin: RecordOrigin, isShared: boolean): KeptRecord;
  /** Says that something is here that was not. */
  tellAdded(records: readonly KnowledgeRecord[]): void;
  /** Has the other tabs of this agent look at the storage again. */
  tellTabs(change: { readonly records?: readonly string[]; readonly contents?: readonly string[] }): void;
  /** Another tab has changed these. */
  reread(change: {
    readonly records: readonly string[];
    readonly contents: readonly string[];
  }): Promise<void>;
  /** The vector that the app makes of a text, if it gave the means. */
  embed(text: string): Promise<Float32Array | undefined>;
  /** The store is to show what is here now. */
  changed(): void;
  /** Set once the library is open. */
  synchroniser: Synchroniser | undefined;
  close(): void;
}

export function createDesk(port: ProtocolPort, self: PortSelf, options: KnowledgeOptions): Desk {
  const { storage, clock, track } = port.runtime;
  const scope = scopeOf(self.identity.agentId, self.room);
  const shelf = createShelf(storage, scope);
  const contents = createContents(storage, scope);
  const catalogue = createCatalogue(self.identity.agentId, shelf, contents);
  const quota = createQuota(options.maxBytes ?? DEFAULT_KNOWLEDGE_BYTES, shelf, contents);
  const fetches = new Map<string, KnowledgeFetch>();
  let index: SearchIndex | undefined;
  let isLoaded = false;
  let publishedAtMs = -Infinity;
  let cancelPublish: Cancel | undefined;

  const publish = (): void => {
    cancelPublish = undefined;
    // Opened when its stay was over already: what is shown is another stay's.
    if (port.self !== undefined && port.self !== self) return;
    publishedAtMs = clock.now();
    const before = port.snapshot().knowledge;
    port.publish({
      knowledge: {
        isLoaded,
        artifacts: sameOr(before.artifacts, catalogue.artifacts(VIEW_LENGTH)),
        artifactCount: shelf.described.size,
        reflections: sameOr(before.reflections, catalogue.reflections(VIEW_LENGTH)),
        reflectionCount: shelf.reflections.size,
        usedBytes: quota.usedBytes,
        maxBytes: quota.maxBytes,
        syncing: sameOr(before.syncing, desk.synchroniser?.syncing ?? []),
        lastSyncAtMs: desk.synchroniser?.lastSyncAtMs,
        fetches: sameOr(before.fetches, [...fetches.values()]),
      },
    });
  };

  const reindex = (ids: readonly string[]): void => {
    for (const id of ids) {
      index?.delete(id);
      const kept = shelf.records.get(id);
      if (kept !== undefined) index?.add(kept.record);
    }
  };

  const desk: Desk = {
    port,
    self,
    options,
    shelf,
    contents,
    catalogue,
    quota,
    exchange: createExchange(port),
    fetches,
    synchroniser: undefined,
    locked: (work) => storage.exclusively(`knowledge:${scope}`, work),
    index() {
      if (index !== undefined) return index;
      index = createSearchIndex();
      for (const { record } of shelf.records.values()) index.add(record);
      return index;
    },
    async load() {
      await desk.locked(() => Promise.all([shelf.load(), contents.load()]));
      isLoaded = true;
    },
    async keep(kept) {
      const fresh = kept.filter(({ record }) => !shelf.records.has(record.id));
      await shelf.keep(kept);
      reindex(fresh.map(({ record }) => record.id));
      desk.changed();
    },
    async forget(ids) {
      await shelf.forget(ids, clock.now());
      reindex(ids);
      desk.changed();
    },
    newlyKept: (record, origin, isShared) => ({
      record,
      origin,
      isShared,
      isIntegrated: false,
      addedAtMs: clock.now(),
    }),
    tellAdded(records) {
      for (const { kind, author, ...record } of records) {
        const id = "artifact" in record ? record.artifact.cid : record.id;
        port.emit("knowledge-added", { kind, id, author, isOwn: author === self.identity.agentId });
      }
    },
    tellTabs({ records = [], contents: changed = [] }) {
      const { agentId } = self.identity;
      const tabs = port.peers().filter((peer) => peer.agentId === agentId);
      if (tabs.length === 0) return;
      for (let first = 0; first < Math.max(records.length, changed.length); first += MAX_BATCH_RECORDS) {
        const some = {
          records: records.slice(first, first + MAX_BATCH_RECORDS),
          contents: changed.slice(first, first + MAX_BATCH_RECORDS),
        };
        for (const { peerId } of tabs) port.send(peerId, knowledgeChanged, some, { lane: "bulk" });
      }
    },
    async reread({ records, contents: changed }) {
      await Promise.all([shelf.reread(records), contents.reread(changed)]);
      reindex(records);
      desk.changed();
    },
    async embed(text) {
      if (options.embed === undefined) return undefined;
      try {
        return await track(options.embed(text));
      } catch (error) {
        throw toSwarmError(error, "handler-failed", "knowledge.embed failed.");
      }
    },
    changed() {
      if (cancelPublish !== undefined || desk.exchange.isClosed) return;
      const waitMs = publishedAtMs + PUBLISH_MS - clock.now();
      if (waitMs <= 0) publish();
      else cancelPublish = clock.setTimer(waitMs, publish);
    },
    close() {
      desk.exchange.close();
      desk.synchroniser?.close();
      cancelPublish?.();
      fetches.clear();
      if (isLoaded) publish();
    },
  };
  return desk;
}

/** The list as it was where nothing in it has changed, so that who selected it does not render again. */
function sameOr<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.length === after.length && before.every((one, index) => one === after[index])
    ? before
    : after;
}
