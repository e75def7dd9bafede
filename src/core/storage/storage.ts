/** A change of one record; an absent or `undefined` value removes it. */
export interface StorageChange {
  readonly collection: string;
  readonly key: string;
  readonly value?: unknown;
}

/** One record: its key and what was written under it. */
export type StorageEntry = readonly [key: string, value: unknown];

/** Part of a collection, in the order of the keys (UTF-16 code units). */
export interface StorageRange {
  /** First key, included. */
  readonly from?: string;
  /** End of the keys, excluded. */
  readonly before?: string;
  /** Most entries; default no limit. */
  readonly limit?: number;
  /** From the last key downwards. */
  readonly isReversed?: boolean;
}

/**
 * Records that outlive a page: values that the structured clone algorithm can copy, by collection and key. All
 * swarms of an origin share them, so keys begin with whom they belong to.
 * Every call rejects with SwarmError `storage-failed` where the platform refuses.
 */
export interface Storage {
  get(collection: string, key: string): Promise<unknown>;
  entries(collection: string, range?: StorageRange): Promise<readonly StorageEntry[]>;
  /** Writes all of the changes, in order, or none. Resolves once they would survive a crash of the page. */
  write(changes: readonly StorageChange[]): Promise<void>;
  /**
   * Runs `work` while nobody else who shares this storage runs under the same name; waits for them in turn.
   * @throws SwarmError `aborted` while it waits; afterwards what `work` throws
   */
  exclusively<T>(name: string, work: () => Promise<T>, options?: { signal?: AbortSignal }): Promise<T>;
}
