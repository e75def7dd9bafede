import { defineMessage, definePresence, defineShared, type PeerId } from "peerswarm";
import * as v from "valibot";

export const MAX_TEXT_LENGTH = 2000;
export const MAX_TOPIC_LENGTH = 200;
const KEPT_ENTRIES = 200;

/** `isDirect` only says how the sender meant it; the wire looks the same to its receiver. */
export const chat = defineMessage(
  "chat",
  v.object({
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT_LENGTH)),
    isDirect: v.optional(v.boolean(), false),
  }),
);

/** Whether a member is writing a message. */
export const typing = definePresence("typing", v.boolean());

/** What the room is about. */
export const topic = defineShared("topic", v.pipe(v.string(), v.maxLength(MAX_TOPIC_LENGTH)), {
  persist: true,
});

/** One line of the log, as it was when it was written: the names do not change afterwards. */
export interface Entry {
  readonly id: string;
  readonly from: PeerId;
  readonly author: string;
  readonly isOwn: boolean;
  readonly kind: "broadcast" | "direct";
  readonly text: string;
  /** Whom it was for, and of an own message how many it reached. */
  readonly audience: string;
  readonly timeMs: number;
}

/** Grows the log, and forgets its beginning once it is long. */
export function appendEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  return [...entries, entry].slice(-KEPT_ENTRIES);
}
