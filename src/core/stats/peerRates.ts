import type { PeerId } from "../identity/ids.js";
import { BANDWIDTH_WINDOW_MS, KILOBYTE } from "./bandwidth.js";
import type { Direction } from "./recentEvents.js";

const SECOND_MS = 1000;
const WINDOW_SECONDS = BANDWIDTH_WINDOW_MS / SECOND_MS;
// The second under way is kept, too.
const KEPT_SECONDS = WINDOW_SECONDS + 1;

/** What goes to and comes from one peer; KB/s with 1 KB = 1024 bytes, over the last 10 whole seconds. */
export interface PeerBandwidth {
  readonly up: number;
  readonly down: number;
  readonly total: number;
}

/** Who uses how much now, in rings of eleven seconds: 176 bytes of counters per peer. */
export interface PeerRates {
  record(direction: Direction, peerId: PeerId, bytes: number, nowMs: number): void;
  forget(peerId: PeerId): void;
  /** The same as long as a second lasts. Peers to which nothing goes and from which nothing comes are in it, with zeros. */
  snapshot(nowMs: number): Readonly<Record<PeerId, PeerBandwidth>>;
}

/** Bytes by second. */
interface Counter {
  readonly sent: Float64Array;
  readonly received: Float64Array;
  readonly sinceMs: number;
  newest: number;
}

export function createPeerRates(): PeerRates {
  const counters = new Map<PeerId, Counter>();

  const counterOf = (peerId: PeerId, nowMs: number): Counter => {
    const existing = counters.get(peerId);
    if (existing !== undefined) return existing;
    const ring = (): Float64Array => new Float64Array(KEPT_SECONDS);
    const fresh: Counter = { sent: ring(), received: ring(), sinceMs: nowMs, newest: secondOf(nowMs) };
    counters.set(peerId, fresh);
    return fresh;
  };

  return {
    record(direction, peerId, bytes, nowMs) {
      const counter = counterOf(peerId, nowMs);
      advance(counter, secondOf(nowMs));
      const slot = counter.newest % KEPT_SECONDS;
      counter[direction][slot] = (counter[direction][slot] as number) + bytes;
    },
    forget: (peerId) => void counters.delete(peerId),
    snapshot(nowMs) {
      const view: Record<PeerId, PeerBandwidth> = Object.create(null);
      for (const [peerId, counter] of counters) {
        advance(counter, secondOf(nowMs));
        view[peerId] = bandwidthOf(counter);
      }
      return view;
    },
  };
}

function advance(counter: Counter, second: number): void {
  for (let passed = Math.max(counter.newest + 1, second - KEPT_SECONDS + 1); passed <= second; passed++) {
    counter.sent[passed % KEPT_SECONDS] = 0;
    counter.received[passed % KEPT_SECONDS] = 0;
  }
  counter.newest = Math.max(counter.newest, second);
}

function secondOf(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS);
}

function bandwidthOf({ sent, received, sinceMs, newest }: Counter): PeerBandwidth {
  const endMs = newest * SECOND_MS;
  // Who came a moment ago is averaged over the time since, but never over less than a second.
  const seconds = Math.max(SECOND_MS, endMs - Math.max(sinceMs, endMs - BANDWIDTH_WINDOW_MS)) / SECOND_MS;
  const underWay = newest % KEPT_SECONDS;
  const rate = (ring: Float64Array): number => {
    const bytes = ring.reduce((sum, count, slot) => (slot === underWay ? sum : sum + count), 0);
    return bytes / KILOBYTE / seconds;
  };
  const up = rate(sent);
  const down = rate(received);
  return { up, down, total: up + down };
}
