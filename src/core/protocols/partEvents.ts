import type { ExpiredLetter } from "../mailbox/mailbox.js";

/** What the parts above messages tell the app of, each its own; `SwarmEvents` has them all. */
export interface PartEvents {
  /** A letter of `sendReliably` has expired, and was not delivered for certain; `id` names it. */
  "message-expired": ExpiredLetter;
}
