import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { Book } from "./book.js";
import { MAX_TOLD, MAX_WANTED, voteWant, type Want } from "./exchange.js";
import type { ProposalId } from "./proposal.js";

/** What did not come by then is asked of another peer. */
const ASK_AGAIN_MS = 2000;
/** That one peer said it has: as many as one digest tells of. */
const MAX_WANTS_OF_PEER: number = MAX_TOLD;
const MAX_SOURCES = 8;

type Entry = Want["wanted"][number];

interface Wanted {
  readonly entry: Entry;
  /** Who said that it has it, the one that was asked first. */
  readonly sources: readonly PeerId[];
}

/** What is missing here and was seen with others: asked of one after the other, until it comes. */
export interface Wants {
  ask(entries: readonly Entry[], from: PeerId): void;
  close(): void;
}

export function createWants(port: ProtocolPort, book: () => Book): Wants {
  const wanted = new Map<ProposalId, Wanted>();
  let cancelTimer: Cancel | undefined;

  const send = (peerId: PeerId, entries: readonly Entry[]): void => {
    for (let start = 0; start < entries.length; start += MAX_WANTED)
      port.send(peerId, voteWant, { wanted: entries.slice(start, start + MAX_WANTED) });
  };

  /** A vote that is known and open is asked about in rounds. */
  const hasCome = ([id, marks]: Entry): boolean => {
    const poll = book().polls.get(id);
    return poll !== undefined && (poll.end !== undefined || marks.length > 0);
  };

  const askAgain = (): void => {
    const here = new Set(port.peers().map(({ peerId }) => peerId));
    const due = new Map<PeerId, Entry[]>();
    for (const [id, { entry, sources }] of wanted) {
      const [asked, ...others] = sources;
      const next = [...others, ...(asked === undefined ? [] : [asked])].filter((peerId) => here.has(peerId));
      if (hasCome(entry) || next[0] === undefined) wanted.delete(id);
      else {
        wanted.set(id, { entry, sources: next });
        due.set(next[0], [...(due.get(next[0]) ?? []), entry]);
      }
    }
    for (const [peerId, entries] of due) send(peerId, entries);
    arm();
  };

  const arm = (): void => {
    cancelTimer?.();
    cancelTimer = wanted.size === 0 ? undefined : port.runtime.clock.setTimer(ASK_AGAIN_MS, askAgain);
  };

  return {
    ask(entries, from) {
      let theirs = [...wanted.values()].filter(({ sources }) => sources.includes(from)).length;
      const due = entries.filter((entry) => {
        const [id] = entry;
        const sources = wanted.get(id)?.sources ?? [];
        if (!sources.includes(from) && theirs++ >= MAX_WANTS_OF_PEER) return false;
        const known = sources.includes(from) ? sources : [...sources, from];
        wanted.set(id, { entry, sources: known.slice(0, MAX_SOURCES) });
        // Over a new link the same one is asked again: the answer may have been lost with the old one.
        return sources.length === 0 || sources[0] === from;
      });
      send(from, due);
      if (cancelTimer === undefined) arm();
    },
    close() {
      cancelTimer?.();
      wanted.clear();
    },
  };
}
