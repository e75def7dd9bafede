import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";
import { type Claim, heard } from "./claim.js";
import { topologyOf } from "./topologyOf.js";
import { EMPTY_TOPOLOGY, type TopologyView } from "./view.js";
import { type LinksMessage, MAX_ASKED_PEERS, topologyWatch } from "./wire.js";

/** How often the mesh is drawn anew, if anything has changed. */
const DRAW_EVERY_MS = 500;
// Twice what a peer sends. A tab that wakes gets at once what came while it slept: a minute's worth and more.
const MESSAGES_PER_SECOND = 1;
const MESSAGES_AT_ONCE = 64;

/** Asks peers for their links while somebody here looks, and shows the mesh. */
export interface Lookout {
  setWatching(isWatching: boolean): void;
  /** @returns whether an honest peer could have said it */
  receive(peerId: PeerId, message: LinksMessage): boolean;
  relinked(peerId: PeerId): void;
  forget(peerId: PeerId): void;
  rest(): void;
}

export function createLookout(port: ProtocolPort): Lookout {
  const { clock } = port.runtime;
  /** Those that were asked, and whether the question is on its way. */
  const asked = new Map<PeerId, boolean>();
  const claims = new Map<PeerId, Claim>();
  const rates = new Map<PeerId, TokenBucket>();
  let shown: TopologyView = EMPTY_TOPOLOGY;
  let drawn: readonly unknown[] = [];
  let claimsVersion = 0;
  let stop: Cancel | undefined;

  const show = (view: TopologyView): void => {
    if (view === shown) return;
    shown = view;
    port.publish({ topology: view });
  };

  const askMore = (): void => {
    const peers = port.peers();
    for (const { peerId } of peers) {
      if (asked.get(peerId) === true) continue;
      if (!asked.has(peerId) && asked.size >= MAX_ASKED_PEERS) break;
      asked.set(peerId, port.send(peerId, topologyWatch, { isWatching: true }));
    }
  };

  const draw = (): void => {
    const snapshot = port.snapshot();
    const { self, peers, connecting, quality } = snapshot;
    const sources = [self, peers, connecting, quality, claimsVersion];
    if (sources.every((source, index) => source === drawn[index])) return;
    drawn = sources;
    show(topologyOf({ snapshot, claims, unaskedCount: peers.length - asked.size }, shown));
  };

  const look = (): void => {
    askMore();
    draw();
    stop = clock.setTimer(DRAW_EVERY_MS, look);
  };

  const clear = (): void => {
    stop?.();
    stop = undefined;
    asked.clear();
    claims.clear();
    drawn = [];
    show(EMPTY_TOPOLOGY);
  };

  const forgetClaim = (peerId: PeerId): void => {
    if (claims.delete(peerId)) claimsVersion++;
  };

  const rateOf = (peerId: PeerId): TokenBucket => {
    const rate = rates.get(peerId) ?? tokenBucket(clock, MESSAGES_PER_SECOND, MESSAGES_AT_ONCE);
    rates.set(peerId, rate);
    return rate;
  };

  return {
    setWatching(isWatched) {
      const isWatching = stop !== undefined;
      if (isWatched === isWatching || port.self === undefined) return;
      if (isWatched) return look();
      for (const peerId of asked.keys()) port.send(peerId, topologyWatch, { isWatching: false });
      clear();
    },
    receive(peerId, message) {
      if (!takeOne(rateOf(peerId))) {
        // What it says after this could not be put together with what it said before.
        forgetClaim(peerId);
        port.dropped("topology-rate", peerId);
        return true;
      }
      const before = claims.get(peerId);
      // What was on its way when we ceased to watch, or after it was forgotten.
      if (!asked.has(peerId) || (before === undefined && !message.isWhole)) return true;
      const claim = heard(peerId, before, message);
      if (claim === undefined) return false;
      claims.set(peerId, claim);
      claimsVersion++;
      return true;
    },
    relinked(peerId) {
      if (asked.has(peerId)) asked.set(peerId, port.send(peerId, topologyWatch, { isWatching: true }));
    },
    forget(peerId) {
      asked.delete(peerId);
      rates.delete(peerId);
      forgetClaim(peerId);
    },
    rest() {
      rates.clear();
      clear();
    },
  };
}
