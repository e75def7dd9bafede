import { defineMessage, type PeerId } from "peerswarm";
import * as v from "valibot";

export const MAX_TEXT_LENGTH = 2000;
const KEPT_ENTRIES = 200;

/** `isDirect` only says how the sender meant it; the wire looks the same to its receiver. */
export const chat = defineMessage(
  "chat",
  v.object({
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT_LENGTH)),
    isDirect: v.optional(v.boolean(), false),
  }),
);

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
