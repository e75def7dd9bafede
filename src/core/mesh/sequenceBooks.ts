import type { PeerId } from "../identity/ids.js";
import { createSequenceBook, type SequenceBook } from "../wire/session.js";

/** Sequence numbers of peers that have gone are kept so long that a returning one cannot repeat itself. */
export const MAX_SEQUENCE_BOOKS = 10_000;

/** The sequence numbers of every peer met during a stay, bounded: the oldest that is not in use goes first. */
export interface SequenceBooks {
  of(peerId: PeerId): SequenceBook;
}

export function createSequenceBooks(isInUse: (peerId: PeerId) => boolean): SequenceBooks {
  const books = new Map<PeerId, SequenceBook>();
  const trim = (): void => {
    for (const known of books.keys()) {
      if (books.size <= MAX_SEQUENCE_BOOKS) return;
      if (!isInUse(known)) books.delete(known);
    }
  };
  return {
    of(peerId) {
      const existing = books.get(peerId);
      if (existing !== undefined) return existing;
      const fresh = createSequenceBook();
      books.set(peerId, fresh);
      trim();
      return fresh;
    },
  };
}
