import * as v from "valibot";
import { defineBuiltin } from "../protocols/builtin.js";
import { letterSchema } from "../wire/letterShape.js";
import { MAX_COUNTER } from "./hybridClock.js";

/** Most keys with a value in one shared state. */
export const MAX_SHARED_KEYS = 1024;
/** Most deletions that one shared state remembers; beyond it the oldest is forgotten before its time. */
export const MAX_TOMBSTONES = 4096;
/** Longest key, in UTF-16 units. */
export const MAX_SHARED_KEY_LENGTH = 128;
/** Most bytes of one encoded value. */
export const MAX_SHARED_VALUE_BYTES: number = 16 * 1024;
/** Most bytes of an entry beside its value. */
export const ENTRY_OVERHEAD_BYTES = 2048;
/** Most bytes of one signed entry. */
export const MAX_ENTRY_BYTES: number = MAX_SHARED_VALUE_BYTES + ENTRY_OVERHEAD_BYTES;
/** Most keys that hold values of one author, in one shared state. */
export const MAX_AUTHOR_KEYS = 768;
/** Most bytes of entries of one author, in one shared state. */
export const MAX_AUTHOR_BYTES: number = 1024 * 1024;
/** How far the time of an entry may be ahead of the own clock. */
export const MAX_CLOCK_AHEAD_MS = 60_000;
/** How long a deletion is remembered: who was away for less cannot bring the value back. */
export const TOMBSTONE_LIFE_MS: number = 30 * 24 * 60 * 60 * 1000;
/** Own changes are signed and sent at most this often; those of one key in between are one. */
export const SHARE_INTERVAL_MS = 50;
/** Time between two comparisons with a peer chosen by chance. */
export const COMPARE_INTERVAL_MS = 30_000;
/** Most entries and bytes in one message. */
export const MAX_BATCH_ENTRIES = 64;
export const MAX_BATCH_BYTES: number = 128 * 1024;
/** Most lines in one page of a digest. */
export const MAX_PAGE_LINES = 256;
export const TAG_BYTES = 16;
export const ROOT_BYTES = 32;

const bytesOf = (length: number) =>
  v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check((bytes) => bytes.length === length),
  );
const key = v.pipe(v.string(), v.maxLength(MAX_SHARED_KEY_LENGTH));
const wallMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_COUNTER));

/** What an entry's letter says: the name, the key, the time, and the value unless it is deleted. */
export const entrySchema = v.union([
  v.strictTuple([v.string(), key, wallMs, counter]),
  v.strictTuple([v.string(), key, wallMs, counter, v.unknown()]),
]);

/** Type of the letters of entries. */
export const ENTRY_TYPE = "swarm/shared";

/** One entry of a digest: its key, its time, and the beginning of its letter's hash. */
const line = v.strictTuple([key, wallMs, counter, bytesOf(TAG_BYTES)]);
export type DigestLine = v.InferOutput<typeof line>;

/** Entries that the receiver may lack. */
export const entriesMessage = (name: string) =>
  defineBuiltin(
    `shared:${name}`,
    v.strictObject({ letters: v.pipe(v.array(letterSchema), v.maxLength(MAX_BATCH_ENTRIES)) }),
  );

/** The hash of all that its sender has. Whoever has something else answers with its digest. */
export const summaryMessage = (name: string) =>
  defineBuiltin(
    `shared-summary:${name}`,
    v.strictObject({ root: bytesOf(ROOT_BYTES), isReply: v.boolean() }),
  );

/**
 * All that its sender has with keys after `after` up to `upTo` (`null`: no bound), in the order of the keys. The
 * receiver answers with what is missing or older there.
 */
export const digestMessage = (name: string) =>
  defineBuiltin(
    `shared-digest:${name}`,
    v.strictObject({
      after: v.nullable(key),
      upTo: v.nullable(key),
      lines: v.pipe(v.array(line), v.maxLength(MAX_PAGE_LINES)),
    }),
  );
