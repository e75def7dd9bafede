import type { Clock } from "../clock.js";
import type { AgentId } from "../identity/ids.js";
import type { Storage, StorageChange } from "../storage/storage.js";
import type { SignedMessage } from "../wire/signedMessage.js";
import { agentKey, agentOfKey, below, letterKey, IN_TOTALS as TOTALS } from "./keys.js";
import { CLOCK_TOLERANCE_MS, MAX_EXPIRES_MS, QUEUE_LIMITS } from "./limits.js";
import type { Refusal } from "./protocol.js";

const SENDERS = "mail-in-senders";
const LETTERS = "mail-in";

/** A letter that was taken and not handled yet: the message that brought it, as its sender signed it. */
export interface KeptLetter {
  readonly sequence: number;
  readonly expiresAtMs: number;
  readonly signed: SignedMessage;
}

interface Amount {
  readonly messages: number;
  readonly bytes: number;
}

/** What is known of one sender. */
interface Sender extends Amount {
  /** Everything up to this sequence was taken. */
  readonly mark: number;
  readonly seenAtMs: number;
}

interface Total extends Amount {
  readonly senders: number;
}

/** What became of a letter that came: `missing` where the one before it has to come first. */
export type Taking = "taken" | "known" | "missing" | Refusal;

/**
 * Letters that came for one agent in one room, kept until their handlers are done. A letter and the mark that
 * says that it was taken are written in one transaction: there is no moment at which one is there without the other.
 */
export interface LetterBox {
  /** `judge` is asked about a letter that would be the next; it may refuse it. */
  take(
    from: AgentId,
    letter: KeptLetter,
    after: number,
    judge: () => Promise<Refusal | undefined>,
  ): Promise<{ readonly taking: Taking; readonly mark: number }>;
  /** The next letter of a sender after this sequence. */
  next(from: AgentId, after: number): Promise<KeptLetter | undefined>;
  remove(from: AgentId, letter: KeptLetter): Promise<void>;
  /** Senders of whom something waits. */
  waiting(): Promise<readonly AgentId[]>;
  /** Forgets senders whose letters have all expired long ago. */
  sweep(): Promise<void>;
}

export function createLetterBox({
  storage,
  clock,
  scope,
}: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly scope: string;
}): LetterBox {
  const locked = <T>(work: () => Promise<T>): Promise<T> => storage.exclusively(`mail-in:${scope}`, work);

  const readTotal = async (): Promise<Total> =>
    ((await storage.get(TOTALS, scope)) as Total | undefined) ?? { messages: 0, bytes: 0, senders: 0 };
  const readSender = async (from: AgentId): Promise<Sender | undefined> =>
    (await storage.get(SENDERS, agentKey(scope, from))) as Sender | undefined;
  const senderChange = (from: AgentId, value: Sender | undefined): StorageChange => ({
    collection: SENDERS,
    key: agentKey(scope, from),
    value,
  });
  const senders = async (): Promise<readonly (readonly [AgentId, Sender])[]> =>
    (await storage.entries(SENDERS, below(scope))).map(
      ([key, sender]) => [agentOfKey(scope, key), sender as Sender] as const,
    );

  return {
    take: (from, letter, after, judge) =>
      locked(async () => {
        const [known, total] = [await readSender(from), await readTotal()];
        const sender = known ?? { mark: 0, messages: 0, bytes: 0, seenAtMs: clock.now() };
        const { mark } = sender;
        if (letter.sequence <= mark) return { taking: "known", mark };
        if (after > mark) return { taking: "missing", mark };
        const refusal = await judge();
        if (refusal !== undefined) return { taking: refusal, mark };
        const bytes = letter.signed.message.length;
        if (!hasRoom(sender, total, bytes, known === undefined)) return { taking: "busy", mark };
        await storage.write([
          { collection: LETTERS, key: letterKey(scope, from, letter.sequence), value: letter },
          senderChange(from, {
            mark: letter.sequence,
            messages: sender.messages + 1,
            bytes: sender.bytes + bytes,
            seenAtMs: clock.now(),
          }),
          {
            collection: TOTALS,
            key: scope,
            value: {
              messages: total.messages + 1,
              bytes: total.bytes + bytes,
              senders: total.senders + (known === undefined ? 1 : 0),
            },
          },
        ]);
        return { taking: "taken", mark: letter.sequence };
      }),

    async next(from, after) {
      const range = { ...below(agentKey(scope, from)), from: letterKey(scope, from, after + 1), limit: 1 };
      const [entry] = await storage.entries(LETTERS, range);
      return entry?.[1] as KeptLetter | undefined;
    },

    remove: (from, { sequence, signed }) =>
      locked(async () => {
        const key = letterKey(scope, from, sequence);
        const [sender, total] = [await readSender(from), await readTotal()];
        if (sender === undefined || (await storage.get(LETTERS, key)) === undefined) return;
        const less = <A extends Amount>(amount: A): A => ({
          ...amount,
          messages: amount.messages - 1,
          bytes: amount.bytes - signed.message.length,
        });
        await storage.write([
          { collection: LETTERS, key },
          senderChange(from, less(sender)),
          { collection: TOTALS, key: scope, value: less(total) },
        ]);
      }),

    async waiting() {
      return (await senders()).filter(([, { messages }]) => messages > 0).map(([from]) => from);
    },

    sweep: () =>
      locked(async () => {
        const longAgoMs = clock.now() - MAX_EXPIRES_MS - CLOCK_TOLERANCE_MS;
        const old = (await senders()).filter(
          ([, { messages, seenAtMs }]) => messages === 0 && seenAtMs < longAgoMs,
        );
        if (old.length === 0) return;
        const total = await readTotal();
        await storage.write([
          ...old.map(([from]) => senderChange(from, undefined)),
          { collection: TOTALS, key: scope, value: { ...total, senders: total.senders - old.length } },
        ]);
      }),
  };
}

function hasRoom(sender: Amount, total: Total, bytes: number, isNew: boolean): boolean {
  const { perAgent, total: all, agents } = QUEUE_LIMITS;
  return (
    sender.messages < perAgent.messages &&
    sender.bytes + bytes <= perAgent.bytes &&
    total.messages < all.messages &&
    total.bytes + bytes <= all.bytes &&
    (!isNew || total.senders < agents)
  );
}
