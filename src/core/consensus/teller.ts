import type { PeerId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { Letter } from "../wire/letterShape.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";
import type { Book } from "./book.js";
import { type Digest, digestOf, parcelFor, voteDigest, type Want, wantedOf } from "./exchange.js";
import { voteBallot, voteEnd, voteProposal } from "./messages.js";
import { createWants } from "./wants.js";

const MAX_TURN = 1000;
const QUESTIONS_PER_SECOND = 32;
// What a peer can make us send by asking again and again.
const SENT_BYTES_PER_SECOND: number = 4 * 1024 * 1024;

interface Allowance {
  readonly questions: TokenBucket;
  readonly sentBytes: TokenBucket;
}

/** Brings letters of votes to others, and asks for those that are missing here. */
export interface Teller {
  /** Sends to every peer. */
  tell(definition: MessageDefinition<Letter, Letter>, letter: Letter): void;
  /** Tells a peer what we know, so that each gets what it lacks. */
  meet(peerId: PeerId): void;
  /** The same with the next of all peers: who has not heard of an end hears of it sooner or later. */
  meetNext(): void;
  digestCame(digest: Digest, from: PeerId): void;
  wantCame(want: Want, from: PeerId): void;
  forget(peerId: PeerId): void;
  close(): void;
}

export function createTeller(port: ProtocolPort, book: () => Book): Teller {
  const { clock } = port.runtime;
  const allowances = new Map<PeerId, Allowance>();
  const wants = createWants(port, book);
  // Not everybody begins with the same one.
  let turn = Math.floor(port.runtime.random() * MAX_TURN);

  const allowanceOf = (peerId: PeerId): Allowance => {
    const known = allowances.get(peerId) ?? {
      questions: tokenBucket(clock, QUESTIONS_PER_SECOND),
      sentBytes: tokenBucket(clock, SENT_BYTES_PER_SECOND),
    };
    allowances.set(peerId, known);
    return known;
  };

  const mayAsk = (peerId: PeerId): boolean => {
    if (takeOne(allowanceOf(peerId).questions)) return true;
    port.dropped("vote-rate", peerId);
    return false;
  };

  const sendAll = (
    peerId: PeerId,
    definition: MessageDefinition<Letter, Letter>,
    letters: readonly Letter[],
  ): boolean => {
    const { sentBytes } = allowanceOf(peerId);
    return letters.every((letter) => {
      // The next time it asks, this goes on from here.
      if (sentBytes.waitMs() > 0) return false;
      sentBytes.spend(letter.body.length);
      return port.send(peerId, definition, letter);
    });
  };

  const give = (peerId: PeerId, entries: Want["wanted"]): void => {
    for (const entry of entries) {
      const { proposals, ballots, ends } = parcelFor(book(), entry);
      const isSent =
        sendAll(peerId, voteProposal, proposals) &&
        sendAll(peerId, voteBallot, ballots) &&
        sendAll(peerId, voteEnd, ends);
      if (!isSent) return;
    }
  };

  const meet = (peerId: PeerId): void => {
    const digest = digestOf(book());
    if (digest !== undefined) port.send(peerId, voteDigest, digest);
  };

  return {
    tell(definition, letter) {
      for (const { peerId } of port.peers()) port.send(peerId, definition, letter);
    },
    meet,
    meetNext() {
      const peers = port.peers();
      const peer = peers[turn++ % peers.length];
      if (peer !== undefined) meet(peer.peerId);
    },
    digestCame(digest, from) {
      if (!mayAsk(from)) return;
      give(from, digest.open);
      wants.ask(wantedOf(book(), digest), from);
    },
    wantCame({ wanted }, from) {
      if (mayAsk(from)) give(from, wanted);
    },
    forget: (peerId) => void allowances.delete(peerId),
    close: wants.close,
  };
}
