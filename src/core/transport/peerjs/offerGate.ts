import type { Clock } from "../../clock.js";
import type { PeerId } from "../../identity/ids.js";

/** Offers that one peer may make at once; an honest one rarely makes three. */
const BURST = 10;
/** And from then on. */
const REFILL_MS = 1000;
const MAX_REMEMBERED = 2000;

/**
 * Bounds the offers of one peer. Each one costs an RTCPeerConnection, of which a browser has some five hundred for
 * the whole page, closed ones included until they are collected.
 */
export interface OfferGate {
  passes(peerId: PeerId): boolean;
}

export function createOfferGate(clock: Clock): OfferGate {
  // By peer, when its bucket will be full again.
  const fullAtMs = new Map<PeerId, number>();
  return {
    passes(peerId) {
      const nowMs = clock.now();
      const afterwardsMs = Math.max(nowMs, fullAtMs.get(peerId) ?? nowMs) + REFILL_MS;
      if (afterwardsMs - nowMs > BURST * REFILL_MS) return false;
      // Put behind the others, so that the first one is the one that has been quiet for longest.
      fullAtMs.delete(peerId);
      fullAtMs.set(peerId, afterwardsMs);
      const oldest = fullAtMs.keys().next();
      if (fullAtMs.size > MAX_REMEMBERED && !oldest.done) fullAtMs.delete(oldest.value);
      return true;
    },
  };
}
