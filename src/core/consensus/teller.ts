import type { PeerId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { Letter } from "../wire/letter.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";
import type { Book } from "./book.js";
import {
  type Digest,
  digestOf,
  MAX_WANTED,
  parcelFor,
  voteDigest,
  voteWant,
  type Want,
  wantedOf,
} from "./exchange.js";
import { voteBallot, voteEnd, voteProposal } from "./messages.js";
import type { ProposalId } from "./proposal.js";

const QUESTIONS_PER_SECOND = 32;
// What a peer can make us send by asking again and again.
const SENT_BYTES_PER_SECOND: number = 4 * 1024 * 1024;
/** The same is asked of another peer after this. */
const ASK_AGAIN_MS = 2000;
const MAX_ASKED = 1024;

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
  /** The same with one by chance: who has not heard of an end asks until it has. */
  meetSomeone(): void;
  digestCame(digest: Digest, from: PeerId): void;
  wantCame(want: Want, from: PeerId): void;
  forget(peerId: PeerId): void;
}

export function createTeller(port: ProtocolPort, book: () => Book): Teller {
  const { clock } = port.runtime;
  const allowances = new Map<PeerId, Allowance>();
  const asked = new Map<ProposalId, number>();

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

  const isDue = ([id]: Want["wanted"][number]): boolean => {
    const nowMs = clock.now();
    if (nowMs - (asked.get(id) ?? -Infinity) < ASK_AGAIN_MS) return false;
    asked.delete(id);
    asked.set(id, nowMs);
    const [oldest] = asked.keys();
    if (asked.size > MAX_ASKED && oldest !== undefined) asked.delete(oldest);
    return true;
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
    meetSomeone() {
      const peers = port.peers();
      const peer = peers[Math.floor(port.runtime.random() * peers.length)];
      if (peer !== undefined) meet(peer.peerId);
    },
    digestCame(digest, from) {
      if (!mayAsk(from)) return;
      give(from, digest.open);
      const wanted = wantedOf(book(), digest).filter(isDue);
      for (let start = 0; start < wanted.length; start += MAX_WANTED)
        port.send(from, voteWant, { wanted: wanted.slice(start, start + MAX_WANTED) });
    },
    wantCame({ wanted }, from) {
      if (mayAsk(from)) give(from, wanted);
    },
    forget: (peerId) => void allowances.delete(peerId),
  };
}
