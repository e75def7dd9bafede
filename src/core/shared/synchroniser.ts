import { equalBytes } from "../bytes.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";
import type { SharedEntry } from "./entry.js";
import type { SharedBook } from "./sharedState.js";
import { digestMessage, entriesMessage, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, summaryMessage } from "./wire.js";

// A peer may have been away for long, so it may send all that a state can hold at once.
const ENTRIES_PER_SECOND = 8192;
const COMPARISONS_PER_SECOND = 32;
// What a peer can make us send by asking again and again.
const PUSHED_BYTES_PER_SECOND: number = 8 * 1024 * 1024;

/** Keeps one shared state equal with the peers: tells what is new, and compares what each has. */
export interface Synchroniser {
  /** Tells everyone. */
  share(entries: readonly SharedEntry[]): void;
  /** Begins to compare with a peer; whatever one of the two lacks goes over. */
  compare(peerId: PeerId): void;
  forget(peerId: PeerId): void;
}

interface Allowance {
  readonly entries: TokenBucket;
  readonly comparisons: TokenBucket;
  readonly pushedBytes: TokenBucket;
}

export function createSynchroniser(port: ProtocolPort, name: string, book: () => SharedBook): Synchroniser {
  const [entries, summary, digest] = [entriesMessage(name), summaryMessage(name), digestMessage(name)];
  const { clock } = port.runtime;
  const allowances = new Map<PeerId, Allowance>();

  const allowanceOf = (peerId: PeerId): Allowance => {
    const known = allowances.get(peerId) ?? {
      entries: tokenBucket(clock, ENTRIES_PER_SECOND),
      comparisons: tokenBucket(clock, COMPARISONS_PER_SECOND),
      pushedBytes: tokenBucket(clock, PUSHED_BYTES_PER_SECOND),
    };
    allowances.set(peerId, known);
    return known;
  };

  /** Sends a batch after the other, as long as the network and the allowance take them. */
  const push = (peerId: PeerId, missing: readonly SharedEntry[]): void => {
    const { pushedBytes } = allowanceOf(peerId);
    for (const batch of batchesOf(missing)) {
      // The next comparison goes on from here.
      if (pushedBytes.waitMs() > 0) return;
      pushedBytes.spend(batch.reduce((bytes, { letter }) => bytes + letter.body.length, 0));
      if (!port.send(peerId, entries, { letters: batch.map(({ letter }) => letter) })) return;
    }
  };

  const sayWhatIsHere = (peerId: PeerId): void => {
    for (const page of book().replica.pages()) if (!port.send(peerId, digest, page)) return;
  };

  port.on(entries, ({ letters }, { from }) => {
    const allowance = allowanceOf(from.peerId).entries;
    const allowed = letters.filter(() => takeOne(allowance));
    if (allowed.length < letters.length) port.dropped("shared-rate", from.peerId);
    void book().receive(allowed, from.peerId);
  });
  port.on(summary, ({ root, isReply }, { from }) => {
    const { peerId } = from;
    if (!takeOne(allowanceOf(peerId).comparisons)) return port.dropped("shared-rate", peerId);
    const own = book().replica.root();
    if (equalBytes(own, root)) return;
    sayWhatIsHere(peerId);
    if (!isReply) port.send(peerId, summary, { root: own, isReply: true });
  });
  port.on(digest, (page, { from }) => {
    const { peerId } = from;
    if (!takeOne(allowanceOf(peerId).comparisons)) return port.dropped("shared-rate", peerId);
    push(peerId, book().replica.missingFrom(page));
  });

  return {
    share(shared) {
      for (const { peerId } of port.peers()) push(peerId, shared);
    },
    compare: (peerId) => void port.send(peerId, summary, { root: book().replica.root(), isReply: false }),
    forget: (peerId) => void allowances.delete(peerId),
  };
}

function batchesOf(all: readonly SharedEntry[]): readonly (readonly SharedEntry[])[] {
  const batches: SharedEntry[][] = [];
  let bytes = Infinity;
  for (const entry of all) {
    const { length } = entry.letter.body;
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_BATCH_ENTRIES || bytes + length > MAX_BATCH_BYTES) {
      batches.push([entry]);
      bytes = length;
    } else {
      last.push(entry);
      bytes += length;
    }
  }
  return batches;
}
