import type { PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import { backoffDelayMs } from "./backoff.js";
import { type Contact, isAttempting } from "./contact.js";

/** The peer with the lower id dials; the other one only if nothing has come by then. */
export const DIAL_GRACE_MS = 3000;
const DIAL_RETRY = { baseMs: 1000, capMs: 30_000 };
const MAX_CONCURRENT_DIALS = 16;

export interface DialPlanOptions {
  readonly ownPeerId: PeerId;
  readonly runtime: Runtime;
  readonly isSignalingConnected: () => boolean;
  readonly penaltyMs: (peerId: PeerId) => number;
  /** Dials; resolves when the attempt is over, however it ended. */
  readonly dial: (contact: Contact) => Promise<void>;
}

/** Decides when each listed member is dialled, and sees to it that not all are dialled at once. */
export interface DialPlan {
  /** Plans the next dial to a contact, if it needs one. `minimumMs`: not before that. */
  plan(contact: Contact, minimumMs?: number): void;
  cancel(contact: Contact): void;
  close(): void;
}

export function createDialPlan({ runtime, ...options }: DialPlanOptions): DialPlan {
  const waiting = new Set<Contact>();
  let running = 0;
  let isClosed = false;

  // A restart keeps what is under way on a link, a new connection loses it: the restart comes first.
  const needsLink = ({ proven }: Contact): boolean =>
    proven === undefined || proven.session.link.state === "closed" || proven.isGivenUp;

  const isDue = (contact: Contact): boolean =>
    !isClosed && contact.isListed && !isAttempting(contact) && needsLink(contact);

  const delayMs = (contact: Contact): number => {
    const graceMs = options.ownPeerId < contact.peerId ? 0 : DIAL_GRACE_MS;
    const backoffMs =
      contact.attempts === 0 ? 0 : backoffDelayMs(DIAL_RETRY, contact.attempts, runtime.random);
    return Math.max(graceMs + backoffMs, options.penaltyMs(contact.peerId));
  };

  const enqueue = (contact: Contact): void => {
    waiting.add(contact);
    startWaiting();
  };

  const startWaiting = (): void => {
    for (const contact of waiting) {
      if (running >= MAX_CONCURRENT_DIALS) return;
      waiting.delete(contact);
      if (!isDue(contact) || options.penaltyMs(contact.peerId) > 0) continue;
      running++;
      void options.dial(contact).finally(() => {
        running--;
        startWaiting();
      });
    }
  };

  return {
    plan(contact, minimumMs = 0) {
      if (!isDue(contact) || contact.cancelPlan !== undefined || waiting.has(contact)) return;
      if (!options.isSignalingConnected()) return;
      const waitMs = Math.max(minimumMs, delayMs(contact));
      if (waitMs <= 0) return enqueue(contact);
      contact.cancelPlan = runtime.clock.setTimer(waitMs, () => {
        contact.cancelPlan = undefined;
        enqueue(contact);
      });
    },
    cancel(contact) {
      contact.cancelPlan?.();
      contact.cancelPlan = undefined;
      waiting.delete(contact);
    },
    close() {
      isClosed = true;
      waiting.clear();
    },
  };
}
