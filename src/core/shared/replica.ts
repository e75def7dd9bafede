import { type Bytes, equalBytes } from "../bytes.js";
import type { AgentId } from "../identity/ids.js";
import { sha256 } from "../sha256.js";
import { encodeValue } from "../wire/payload.js";
import { compareEntries, compareText, type SharedEntry } from "./entry.js";
import { compareTimes } from "./hybridClock.js";
import {
  type DigestLine,
  MAX_AUTHOR_BYTES,
  MAX_AUTHOR_KEYS,
  MAX_PAGE_LINES,
  MAX_SHARED_KEYS,
  MAX_TOMBSTONES,
} from "./wire.js";

/** A part of what a replica has: all of it with keys after `after` up to `upTo`. */
export interface DigestPage {
  readonly after: string | null;
  readonly upTo: string | null;
  readonly lines: DigestLine[];
}

/** The newest entry of each key of one shared state. */
export interface Replica {
  get(key: string): SharedEntry | undefined;
  readonly entries: ReadonlyMap<string, SharedEntry>;
  /** Keys that have a value. */
  readonly liveKeys: number;
  /** Whether the entry would change anything. */
  isNews(entry: SharedEntry): boolean;
  /** Whether there is room for it. */
  hasRoom(entry: { key: string; author: AgentId; isDeleted: boolean; bytes: number }): boolean;
  /** Keeps an entry that is news. */
  put(entry: SharedEntry): void;
  /** Forgets tombstones whose time is over, and returns their keys. */
  purge(nowMs: number): readonly string[];
  /** Hash of all that is there. */
  root(): Bytes;
  pages(): readonly DigestPage[];
  /** What somebody lacks who has what the page says. */
  missingFrom(page: DigestPage): readonly SharedEntry[];
}

interface Share {
  keys: number;
  bytes: number;
}

export function createReplica(): Replica {
  const entries = new Map<string, SharedEntry>();
  const shares = new Map<AgentId, Share>();
  let tombstones = 0;
  let sorted: readonly SharedEntry[] | undefined;
  let root: Bytes | undefined;

  const account = ({ author, letter, isDeleted }: SharedEntry, sign: 1 | -1): void => {
    if (isDeleted) {
      tombstones += sign;
      return;
    }
    const share = shares.get(author) ?? { keys: 0, bytes: 0 };
    share.keys += sign;
    share.bytes += sign * letter.body.length;
    if (share.keys === 0) shares.delete(author);
    else shares.set(author, share);
  };

  const remove = (entry: SharedEntry): void => {
    account(entry, -1);
    entries.delete(entry.key);
    changed();
  };

  const oldestTombstone = (): SharedEntry | undefined => {
    let oldest: SharedEntry | undefined;
    for (const entry of entries.values())
      if (entry.isDeleted && (oldest === undefined || compareEntries(entry, oldest) < 0)) oldest = entry;
    return oldest;
  };

  const changed = (): void => {
    sorted = undefined;
    root = undefined;
  };

  const inOrder = (): readonly SharedEntry[] =>
    (sorted ??= [...entries.values()].sort((a, b) => compareText(a.key, b.key)));

  return {
    entries,
    get: (key) => entries.get(key),
    get liveKeys() {
      return entries.size - tombstones;
    },
    isNews(entry) {
      const known = entries.get(entry.key);
      if (known !== undefined) return compareEntries(entry, known) > 0;
      if (!entry.isDeleted || tombstones < MAX_TOMBSTONES) return true;
      // It would be the first to be forgotten.
      const oldest = oldestTombstone();
      return oldest !== undefined && compareEntries(entry, oldest) > 0;
    },
    hasRoom({ key, author, isDeleted, bytes }) {
      if (isDeleted) return true;
      const known = entries.get(key);
      const isNewKey = known === undefined || known.isDeleted;
      if (isNewKey && entries.size - tombstones >= MAX_SHARED_KEYS) return false;
      const share = shares.get(author) ?? { keys: 0, bytes: 0 };
      const own = known?.author === author && !known.isDeleted ? known : undefined;
      return (
        share.keys + (own === undefined ? 1 : 0) <= MAX_AUTHOR_KEYS &&
        share.bytes + bytes - (own?.letter.body.length ?? 0) <= MAX_AUTHOR_BYTES
      );
    },
    put(entry) {
      const known = entries.get(entry.key);
      if (known !== undefined) account(known, -1);
      account(entry, 1);
      entries.set(entry.key, entry);
      changed();
      const oldest = tombstones > MAX_TOMBSTONES ? oldestTombstone() : undefined;
      if (oldest !== undefined) remove(oldest);
    },
    purge(nowMs) {
      const over = [...entries.values()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
      for (const entry of over) remove(entry);
      return over.map(({ key }) => key);
    },
    root: () => (root ??= sha256(encodeValue(inOrder().map(lineOf)))),
    pages() {
      const all = inOrder();
      const pages: DigestPage[] = [];
      let after: string | null = null;
      // One page at least: somebody who has nothing says so.
      for (let start = 0; start === 0 || start < all.length; start += MAX_PAGE_LINES) {
        const part = all.slice(start, start + MAX_PAGE_LINES);
        const isLast = start + MAX_PAGE_LINES >= all.length;
        const upTo: string | null = isLast ? null : (part.at(-1)?.key ?? null);
        pages.push({ after, upTo, lines: part.map(lineOf) });
        after = upTo;
      }
      return pages;
    },
    missingFrom({ after, upTo, lines }) {
      const theirs = new Map(lines.map((line) => [line[0], line]));
      return inOrder().filter((entry) => {
        if ((after !== null && entry.key <= after) || (upTo !== null && entry.key > upTo)) return false;
        const line = theirs.get(entry.key);
        if (line === undefined) return true;
        const [, wallMs, counter, tag] = line;
        // Where the times are equal only the letters themselves tell which one wins.
        return !equalBytes(tag, entry.tag) && compareTimes(entry.time, { wallMs, counter }) >= 0;
      });
    },
  };
}

function lineOf({ key, time, tag }: SharedEntry): DigestLine {
  return [key, time.wallMs, time.counter, tag];
}
