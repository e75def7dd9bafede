import type { MailboxSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const mailboxOf = (snapshot: SwarmSnapshot): MailboxSnapshot => snapshot.mailbox;

/**
 * How many letters of `sendReliably` wait, by receiver and in total; or what `selector` makes of it.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const waiting = useMailbox((mailbox) => mailbox.total);
 */
export function useMailbox(): MailboxSnapshot;
export function useMailbox<Selected>(
  selector: (mailbox: MailboxSnapshot) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useMailbox(
  selector: (mailbox: MailboxSnapshot) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(mailboxOf, selector, isEqual);
}
