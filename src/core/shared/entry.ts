import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import type { AgentId } from "../identity/ids.js";
import { sha256 } from "../sha256.js";
import { type LetterContent, peekLetter } from "../wire/letter.js";
import type { Letter } from "../wire/letterShape.js";
import { compareTimes, type HybridTime } from "./hybridClock.js";
import { ENTRY_TYPE, entrySchema, MAX_ENTRY_BYTES, TAG_BYTES, TOMBSTONE_LIFE_MS } from "./wire.js";

/** One written value, or one deletion, as its author signed it. */
export interface SharedEntry {
  readonly name: string;
  readonly key: string;
  readonly time: HybridTime;
  readonly author: AgentId;
  readonly room: string;
  readonly isDeleted: boolean;
  readonly value: unknown;
  /** When it is forgotten; a value never is. */
  readonly expiresAtMs: number;
  readonly letter: Letter;
  /** Names exactly this letter. */
  readonly tag: Bytes;
}

/** What is to be written. */
export interface EntryDraft {
  readonly time: HybridTime;
  readonly isDeleted: boolean;
  readonly value: unknown;
}

/** The letter that says so; the caller signs it. */
export function entryLetter(
  { time, isDeleted, value }: EntryDraft,
  address: { id: string; name: string; key: string; room: string; from: AgentId },
): LetterContent {
  const { id, name, key, room, from } = address;
  const head = [name, key, time.wallMs, time.counter];
  return {
    id,
    type: ENTRY_TYPE,
    room,
    from,
    to: undefined,
    sequence: 0,
    writtenAtMs: time.wallMs,
    expiresAtMs: isDeleted ? time.wallMs + TOMBSTONE_LIFE_MS : Number.MAX_SAFE_INTEGER,
    payload: isDeleted ? head : [...head, value],
  };
}

/** Reads an entry without checking who signed it; `undefined` where it is not one. */
export function readEntry(letter: Letter): SharedEntry | undefined {
  if (letter.body.length > MAX_ENTRY_BYTES) return undefined;
  const content = peekLetter(letter);
  if (content === undefined || content.type !== ENTRY_TYPE || content.to !== undefined) return undefined;
  const parsed = v.safeParse(entrySchema, content.payload);
  if (!parsed.success) return undefined;
  const [name, key, wallMs, counter] = parsed.output;
  const isDeleted = parsed.output.length === 4;
  const { from: author, room, expiresAtMs } = content;
  if (expiresAtMs !== (isDeleted ? wallMs + TOMBSTONE_LIFE_MS : Number.MAX_SAFE_INTEGER)) return undefined;
  const tag = sha256(letter.body).slice(0, TAG_BYTES) as Bytes;
  const value = parsed.output[4];
  return {
    name,
    key,
    time: { wallMs, counter },
    author,
    room,
    isDeleted,
    value,
    expiresAtMs,
    letter,
    tag,
  };
}

/** The one order in which all replicas see entries of a key: by time, then author, then the letter's hash. */
export function compareEntries(a: SharedEntry, b: SharedEntry): number {
  return compareTimes(a.time, b.time) || compareText(a.author, b.author) || compareTags(a.tag, b.tag);
}

export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function compareTags(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < TAG_BYTES; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
