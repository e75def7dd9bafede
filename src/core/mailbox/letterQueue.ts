import type { Clock } from "../clock.js";
import type { AgentId } from "../identity/ids.js";
import type { Storage, StorageChange } from "../storage/storage.js";
import type { Letter } from "../wire/letterShape.js";
import { agentKey, agentOfKey, below, letterKey, OUT_TOTALS as TOTALS } from "./keys.js";
import { BATCH_BYTES, BATCH_LETTERS, MAX_EXPIRES_MS, QUEUE_LIMITS } from "./limits.js";

const HEADS = "mail-out-heads";
const ENTRIES = "mail-out";
const LETTERS = "mail-out-letters";

/** A letter that waits, without its contents. */
export interface QueuedLetter {
  readonly id: string;
  readonly sequence: number;
  readonly expiresAtMs: number;
  readonly bytes: number;
}

interface Amount {
  readonly messages: number;
  readonly bytes: number;
}

/** What is known of one receiver. */
interface Head extends Amount {
  /** Sequence of the next letter. */
  readonly next: number;
  /** Letters up to this one may have been sent: only the receiver knows whether it has them. */
  readonly sentUpTo: number;
  readonly usedAtMs: number;
}

/** What to do next for a receiver. */
export interface Batch {
  /** Never sent, and expired: gone. */
  readonly expired: readonly QueuedLetter[];
  /**
   * To be sent, in order, beginning with the lowest that waits; from now on they count as sent. One that has
   * expired after it may have been sent is among them: only the receiver can tell what became of it.
   */
  readonly letters: readonly { readonly sequence: number; readonly letter: Letter }[];
}

/**
 * Letters of one agent in one room that wait for their receivers, in storage that its tabs share. Each
 * operation reads and writes under one lock, in one transaction, so that a crash leaves nothing half done.
 */
export interface LetterQueue {
  /** Keeps the letter that `compose` writes; `undefined` where there is no room. */
  add(
    to: AgentId,
    draft: { readonly id: string; readonly expiresAtMs: number },
    compose: (sequence: number) => Promise<Letter>,
  ): Promise<QueuedLetter | undefined>;
  nextBatch(to: AgentId): Promise<Batch>;
  /** Takes out what the receiver has: everything up to `mark`. */
  settle(to: AgentId, mark: number): Promise<readonly QueuedLetter[]>;
  /** Takes one letter out whatever its state; `undefined` where it is not there. */
  remove(to: AgentId, sequence: number): Promise<QueuedLetter | undefined>;
  /** Takes a letter out unless it may have been sent. */
  withdraw(to: AgentId, sequence: number): Promise<boolean>;
  /** Sequences of the letters that still wait. */
  waiting(to: AgentId): Promise<ReadonlySet<number>>;
  /** Takes out what has expired; what may have been sent only when its receiver has stayed away for very long. */
  sweep(): Promise<
    readonly { readonly to: AgentId; readonly letter: QueuedLetter; readonly isSure: boolean }[]
  >;
  /** Letters that wait, by receiver; those without any are left out. */
  counts(): Promise<ReadonlyMap<AgentId, number>>;
}

export function createLetterQueue({
  storage,
  clock,
  scope,
}: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly scope: string;
}): LetterQueue {
  const locked = <T>(work: () => Promise<T>): Promise<T> => storage.exclusively(`mail-out:${scope}`, work);

  const readTotal = async (): Promise<Amount> =>
    ((await storage.get(TOTALS, scope)) as Amount | undefined) ?? { messages: 0, bytes: 0 };

  const readHead = async (to: AgentId): Promise<Head> => {
    const head = (await storage.get(HEADS, agentKey(scope, to))) as Head | undefined;
    // Begins at the time, so that numbers grow even where the storage was wiped.
    const next = Math.max(1, Math.floor(clock.now()));
    return head ?? { next, sentUpTo: 0, messages: 0, bytes: 0, usedAtMs: clock.now() };
  };

  const entriesOf = async (to: AgentId, limit: number, before?: number): Promise<QueuedLetter[]> => {
    const range = below(agentKey(scope, to));
    const end = before === undefined ? range.before : letterKey(scope, to, before);
    const entries = await storage.entries(ENTRIES, { ...range, before: end, limit });
    return entries.map(([, value]) => value as QueuedLetter);
  };

  const headChange = (to: AgentId, head: Head): StorageChange => ({
    collection: HEADS,
    key: agentKey(scope, to),
    value: { ...head, usedAtMs: clock.now() },
  });

  /** The changes that take letters out, counters included. */
  const removal = async (
    to: AgentId,
    head: Head,
    letters: readonly QueuedLetter[],
  ): Promise<{ readonly head: Head; readonly changes: readonly StorageChange[] }> => {
    const total = await readTotal();
    const bytes = letters.reduce((sum, letter) => sum + letter.bytes, 0);
    const less = (amount: Amount): Amount => ({
      messages: amount.messages - letters.length,
      bytes: amount.bytes - bytes,
    });
    const keys = letters.map(({ sequence }) => letterKey(scope, to, sequence));
    return {
      head: { ...head, ...less(head) },
      changes: [
        { collection: TOTALS, key: scope, value: less(total) },
        ...keys.map((key) => ({ collection: ENTRIES, key })),
        ...keys.map((key) => ({ collection: LETTERS, key })),
      ],
    };
  };

  const takeOut = async (to: AgentId, head: Head, letters: readonly QueuedLetter[]): Promise<void> => {
    if (letters.length === 0) return;
    const taken = await removal(to, head, letters);
    await storage.write([headChange(to, taken.head), ...taken.changes]);
  };

  const find = async (to: AgentId, sequence: number): Promise<QueuedLetter | undefined> =>
    (await storage.get(ENTRIES, letterKey(scope, to, sequence))) as QueuedLetter | undefined;

  const heads = async (): Promise<readonly (readonly [AgentId, Head])[]> =>
    (await storage.entries(HEADS, below(scope))).map(
      ([key, head]) => [agentOfKey(scope, key), head as Head] as const,
    );

  return {
    add: (to, { id, expiresAtMs }, compose) =>
      locked(async () => {
        const [head, total] = [await readHead(to), await readTotal()];
        if (!hasRoom(head, total, 0)) return undefined;
        const { next: sequence } = head;
        const letter = await compose(sequence);
        const bytes = letter.body.length;
        if (!hasRoom(head, total, bytes)) return undefined;
        const more = (amount: Amount): Amount => ({
          messages: amount.messages + 1,
          bytes: amount.bytes + bytes,
        });
        const queued: QueuedLetter = { id, sequence, expiresAtMs, bytes };
        const key = letterKey(scope, to, sequence);
        await storage.write([
          { collection: ENTRIES, key, value: queued },
          { collection: LETTERS, key, value: letter },
          { collection: TOTALS, key: scope, value: more(total) },
          headChange(to, { ...head, ...more(head), next: sequence + 1 }),
        ]);
        return queued;
      }),

    nextBatch: (to) =>
      locked(async () => {
        const head = await readHead(to);
        const entries = await entriesOf(to, BATCH_LETTERS);
        const nowMs = clock.now();
        const expired = entries.filter(
          ({ sequence, expiresAtMs }) => expiresAtMs <= nowMs && sequence > head.sentUpTo,
        );
        await takeOut(to, head, expired);
        const live = withinBytes(entries.filter((entry) => !expired.includes(entry)));
        const sentUpTo = Math.max(head.sentUpTo, live.at(-1)?.sequence ?? 0);
        if (sentUpTo > head.sentUpTo) {
          await storage.write([headChange(to, { ...(await readHead(to)), sentUpTo })]);
        }
        const letters = await Promise.all(
          live.map(async ({ sequence }) => ({
            sequence,
            letter: (await storage.get(LETTERS, letterKey(scope, to, sequence))) as Letter,
          })),
        );
        return { expired, letters };
      }),

    settle: (to, mark) =>
      locked(async () => {
        const head = await readHead(to);
        // A mark beyond what was sent says nothing about what was not.
        const known = Math.min(mark, head.sentUpTo);
        const delivered = await entriesOf(to, QUEUE_LIMITS.perAgent.messages, known + 1);
        await takeOut(to, head, delivered);
        return delivered;
      }),

    remove: (to, sequence) =>
      locked(async () => {
        const entry = await find(to, sequence);
        if (entry !== undefined) await takeOut(to, await readHead(to), [entry]);
        return entry;
      }),

    withdraw: (to, sequence) =>
      locked(async () => {
        const head = await readHead(to);
        const entry = sequence > head.sentUpTo ? await find(to, sequence) : undefined;
        if (entry === undefined) return false;
        await takeOut(to, head, [entry]);
        return true;
      }),

    async waiting(to) {
      const entries = await entriesOf(to, QUEUE_LIMITS.perAgent.messages);
      return new Set(entries.map(({ sequence }) => sequence));
    },

    sweep: () =>
      locked(async () => {
        const swept: { to: AgentId; letter: QueuedLetter; isSure: boolean }[] = [];
        const nowMs = clock.now();
        for (const [to, head] of await heads()) {
          if (head.messages === 0) {
            // By now the clock has passed its numbers.
            if (head.usedAtMs + MAX_EXPIRES_MS <= nowMs) {
              await storage.write([{ collection: HEADS, key: agentKey(scope, to) }]);
            }
            continue;
          }
          const entries = await entriesOf(to, QUEUE_LIMITS.perAgent.messages);
          const gone = entries.filter(({ sequence, expiresAtMs }) =>
            sequence > head.sentUpTo ? expiresAtMs <= nowMs : expiresAtMs + MAX_EXPIRES_MS <= nowMs,
          );
          await takeOut(to, head, gone);
          for (const letter of gone) swept.push({ to, letter, isSure: letter.sequence > head.sentUpTo });
        }
        return swept;
      }),

    async counts() {
      const waiting = (await heads()).filter(([, { messages }]) => messages > 0);
      return new Map(waiting.map(([to, { messages }]) => [to, messages]));
    },
  };
}

function hasRoom(head: Amount, total: Amount, bytes: number): boolean {
  const { perAgent, total: all } = QUEUE_LIMITS;
  return (
    head.messages < perAgent.messages &&
    total.messages < all.messages &&
    head.bytes + bytes <= perAgent.bytes &&
    total.bytes + bytes <= all.bytes
  );
}

function withinBytes(entries: readonly QueuedLetter[]): readonly QueuedLetter[] {
  let bytes = 0;
  return entries.filter((entry, index) => {
    bytes += entry.bytes;
    return index === 0 || bytes <= BATCH_BYTES;
  });
}
