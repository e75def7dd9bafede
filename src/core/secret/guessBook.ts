import type { Clock } from "../clock.js";
import type { AgentId, PeerId } from "../identity/ids.js";

/** Runs without a proof that one session may have: lost links happen to the honest too. */
export const FREE_TRIES_OF_PEER = 3;
/** Runs without a proof that one agent may have; it can be in the room with many tabs. */
export const FREE_TRIES_OF_AGENT = 16;
/** The first wait after that, doubled from try to try. */
export const FIRST_WAIT_MS = 30_000;
/** The longest wait. */
export const LONGEST_WAIT_MS = 60 * 60 * 1000;
/** A name is forgotten when it has been quiet for so long. */
export const FORGET_AFTER_MS = 60 * 60 * 1000;
/** Most names of one kind that are remembered; who floods it with new ones pays from the allowance of all. */
export const MAX_REMEMBERED = 4096;
/** Runs without a proof that all strangers together may have at once; a page has about 500 connections. */
export const TRIES_OF_ALL = 512;
/** How fast that comes back, in runs per second: keys are free, so this bounds what new ones can guess. */
export const TRIES_OF_ALL_PER_SECOND = 1;

interface Tries {
  count: number;
  waitUntilMs: number;
  forgetAtMs: number;
}

/** One who may or may not know the room's secret. */
export interface Guesser {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
}

/**
 * Who tried to get in and how often. A try counts from the moment in which a peer gets what it can test a guess
 * against, and is taken back only by its proof: hanging up in time does not help.
 */
export interface GuessBook {
  /** How long the guesser has to wait before it may try again, in milliseconds; 0 where it need not. */
  waitMs(guesser: Guesser): number;
  /** The same as far as it can be known before the peer has shown its key. */
  peerWaitMs(peerId: PeerId): number;
  spend(guesser: Guesser): void;
  /** It knew the secret: its tries were none. */
  takeBack(guesser: Guesser): void;
}

export function createGuessBook(clock: Clock): GuessBook {
  const peers = createLedger(clock, FREE_TRIES_OF_PEER);
  const agents = createLedger(clock, FREE_TRIES_OF_AGENT);
  let open = 0;
  let settledAtMs = clock.now();

  const settle = (): void => {
    const nowMs = clock.now();
    const returned = (Math.max(0, nowMs - settledAtMs) / 1000) * TRIES_OF_ALL_PER_SECOND;
    open = Math.max(0, open - returned);
    settledAtMs = nowMs;
  };
  const waitOfAllMs = (): number => {
    settle();
    const excess = open + 1 - TRIES_OF_ALL;
    return excess <= 0 ? 0 : Math.ceil((excess / TRIES_OF_ALL_PER_SECOND) * 1000);
  };

  return {
    waitMs: ({ peerId, agentId }) => Math.max(peers.waitMs(peerId), agents.waitMs(agentId), waitOfAllMs()),
    peerWaitMs: (peerId) => peers.waitMs(peerId),
    spend({ peerId, agentId }) {
      settle();
      open++;
      peers.spend(peerId);
      agents.spend(agentId);
    },
    takeBack({ peerId, agentId }) {
      settle();
      open = Math.max(0, open - 1);
      peers.forget(peerId);
      agents.forget(agentId);
    },
  };
}

interface Ledger {
  waitMs(name: string): number;
  spend(name: string): void;
  forget(name: string): void;
  readonly size: number;
}

/** Tries by name, the one that tried last at the end. */
export function createLedger(clock: Clock, freeTries: number): Ledger {
  const known = new Map<string, Tries>();

  const recall = (name: string): Tries | undefined => {
    const tries = known.get(name);
    if (tries === undefined || tries.forgetAtMs > clock.now()) return tries;
    known.delete(name);
    return undefined;
  };

  return {
    waitMs: (name) => Math.max(0, (recall(name)?.waitUntilMs ?? 0) - clock.now()),
    spend(name) {
      const count = (recall(name)?.count ?? 0) + 1;
      const waitMs = waitAfter(count - freeTries);
      const waitUntilMs = clock.now() + waitMs;
      known.delete(name);
      known.set(name, { count, waitUntilMs, forgetAtMs: waitUntilMs + FORGET_AFTER_MS });
      const [oldest] = known.keys();
      if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
    },
    forget: (name) => void known.delete(name),
    get size() {
      return known.size;
    },
  };
}

function waitAfter(triesTooMany: number): number {
  if (triesTooMany < 0) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(triesTooMany, 30));
}
