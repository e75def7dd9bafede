import type { Cancel } from "../clock.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { type Book, type BookEffect, type BookEvent, emptyBook, reduceBook } from "./book.js";
import type { Poll } from "./poll.js";
import type { ProposalSnapshot } from "./proposal.js";
import { createViewer, type Surroundings, snapshotOf } from "./view.js";

/** Ballots can come by the hundred: so often at most is the view remade. */
const PUBLISH_EVERY_MS = 150;

/** What happened, before it is known when. */
export type Happening = BookEvent extends infer Event
  ? Event extends BookEvent
    ? Omit<Event, "atMs"> & { readonly atMs?: number }
    : never
  : never;

/** Holds the book of one stay, and shows it. */
export interface Ledger {
  readonly book: Book;
  dispatch(happening: Happening): void;
  /** Shows what time or the coming and going of peers has changed. */
  refresh(): void;
  snapshotOf(poll: Poll): ProposalSnapshot;
  /** Shows the last of it; nothing happens any more. */
  close(): void;
  readonly isClosed: boolean;
}

export function createLedger(
  port: ProtocolPort,
  { identity }: PortSelf,
  onEffect: (effect: BookEffect) => void,
): Ledger {
  const { clock } = port.runtime;
  const view = createViewer();
  let book = emptyBook(identity.agentId);
  let isClosed = false;
  let publishedAtMs = -Infinity;
  let cancelTimer: Cancel | undefined;

  const surroundings = (): Surroundings => {
    const here = new Set(port.peers().map(({ agentId }) => agentId));
    return {
      nowMs: clock.now(),
      isHere: (agentId) => agentId === identity.agentId || here.has(agentId),
      isJoined: !isClosed,
    };
  };

  const publish = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    publishedAtMs = clock.now();
    port.publish({ consensus: view(book, surroundings()) });
  };

  const refresh = (): void => {
    if (isClosed || cancelTimer !== undefined) return;
    const waitMs = publishedAtMs + PUBLISH_EVERY_MS - clock.now();
    if (waitMs <= 0) publish();
    else cancelTimer = clock.setTimer(Math.min(waitMs, PUBLISH_EVERY_MS), publish);
  };

  return {
    get book() {
      return book;
    },
    get isClosed() {
      return isClosed;
    },
    dispatch(happening) {
      if (isClosed) return;
      const turn = reduceBook(book, { atMs: clock.now(), ...happening } as BookEvent);
      book = turn.book;
      for (const effect of turn.effects) onEffect(effect);
      refresh();
    },
    refresh,
    snapshotOf: (poll) => snapshotOf(poll, identity.agentId, surroundings()),
    close() {
      isClosed = true;
      publish();
    },
  };
}
