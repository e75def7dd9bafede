import * as v from "valibot";
import type { Runtime } from "../runtime.js";
import type { StorageChange } from "../storage/storage.js";
import { type Letter, letterSchema } from "../wire/letterShape.js";
import { compareEntries, type EntryDraft, readEntry, type SharedEntry } from "./entry.js";
import { compareTimes, type HybridTime, MAX_COUNTER } from "./hybridClock.js";
import { MAX_SHARED_KEYS, MAX_TOMBSTONES } from "./wire.js";

const COLLECTION = "shared";
// Neither rooms nor names hold control characters.
const SEPARATOR = "\u0000";
const AFTER_SEPARATOR = "\u0001";

const timeSchema = {
  wallMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  counter: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_COUNTER)),
};
const clockRecord = v.object(timeSchema);
const draftRecord = v.object({
  time: v.object(timeSchema),
  isDeleted: v.boolean(),
  value: v.optional(v.unknown()),
});

/** What is kept of one key: an entry, or what waits to be signed. */
export type Kept = { readonly entry: SharedEntry } | { readonly draft: EntryDraft };

/** Everything that is kept of one shared state in one room. */
export interface KeptState {
  readonly clock: HybridTime | undefined;
  readonly keys: ReadonlyMap<string, Kept>;
}

/** The shared state of one name in one room, beyond the page. Several tabs may share it. */
export interface SharedRecords {
  load(): Promise<KeptState>;
  /** Keeps what is newer than what is kept; `undefined` removes what has expired. */
  save(changes: ReadonlyMap<string, Kept | undefined>, clock: HybridTime): Promise<void>;
}

export function createSharedRecords(
  { storage, clock }: Pick<Runtime, "storage" | "clock">,
  room: string,
  name: string,
): SharedRecords {
  const scope = `${room}${SEPARATOR}${name}`;
  const keyOf = (key: string): string => `${scope}${SEPARATOR}${key}`;

  const change = async (key: string, kept: Kept | undefined): Promise<StorageChange | undefined> => {
    const before = readKept(await storage.get(COLLECTION, keyOf(key)));
    if (kept !== undefined && before !== undefined && isNewer(before, kept)) return undefined;
    if (kept === undefined && !isExpired(before, clock.now())) return undefined;
    return {
      collection: COLLECTION,
      key: keyOf(key),
      value: kept === undefined ? undefined : recordOf(kept),
    };
  };

  return {
    async load() {
      const [time, records] = await Promise.all([
        storage.get(COLLECTION, scope),
        storage.entries(COLLECTION, {
          from: keyOf(""),
          before: scope + AFTER_SEPARATOR,
          limit: MAX_SHARED_KEYS + MAX_TOMBSTONES,
        }),
      ]);
      const keys = new Map<string, Kept>();
      for (const [key, record] of records) {
        const kept = readKept(record);
        if (kept !== undefined) keys.set(key.slice(keyOf("").length), kept);
      }
      const parsed = v.safeParse(clockRecord, time);
      return { clock: parsed.success ? parsed.output : undefined, keys };
    },
    save: (changes, time) =>
      storage.exclusively(`shared ${scope}`, async () => {
        const written = await Promise.all([...changes].map(([key, kept]) => change(key, kept)));
        const before = v.safeParse(clockRecord, await storage.get(COLLECTION, scope));
        const isLater = !before.success || compareTimes(time, before.output) > 0;
        await storage.write([
          ...written.filter((one) => one !== undefined),
          ...(isLater ? [{ collection: COLLECTION, key: scope, value: { ...time } }] : []),
        ]);
      }),
  };
}

function recordOf(kept: Kept): unknown {
  if ("draft" in kept) return { ...kept.draft, time: { ...kept.draft.time } };
  const { body, signature } = kept.entry.letter;
  return { body, signature };
}

function readKept(record: unknown): Kept | undefined {
  const letter = v.safeParse(letterSchema, record);
  if (letter.success) {
    const entry = readEntry(letter.output satisfies Letter);
    return entry === undefined ? undefined : { entry };
  }
  const draft = v.safeParse(draftRecord, record);
  if (!draft.success) return undefined;
  const { time, isDeleted, value } = draft.output;
  return { draft: { time, isDeleted, value } };
}

function isNewer(before: Kept, kept: Kept): boolean {
  if ("entry" in before && "entry" in kept) return compareEntries(before.entry, kept.entry) > 0;
  return compareTimes(timeOf(before), timeOf(kept)) > 0;
}

function timeOf(kept: Kept): HybridTime {
  return "draft" in kept ? kept.draft.time : kept.entry.time;
}

function isExpired(kept: Kept | undefined, nowMs: number): boolean {
  return kept !== undefined && "entry" in kept && kept.entry.expiresAtMs <= nowMs;
}
