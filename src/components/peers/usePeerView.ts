import { useMemo, useState } from "react";
import type { PeerSnapshot, SwarmSnapshot } from "../../core/index.js";
import { usePeers, useSwarmSelector } from "../../hooks/index.js";
import { useLocale } from "../texts/TextsProvider.js";
import { isSameRow } from "./isSameRow.js";
import {
  type PeerCriteria,
  type PeerMeasures,
  type PeerOrder,
  peerFilter,
  sortPeers,
} from "./peerCriteria.js";

// Often enough to be true, seldom enough that a row can be found again with the eyes.
const RESORT_EVERY_MS = 5000;

interface PeerView {
  readonly criteria: PeerCriteria;
  readonly order: PeerOrder;
  /** All peers, whether shown or not. */
  readonly peers: readonly PeerSnapshot[];
  readonly shown: readonly PeerSnapshot[];
}

/**
 * The peers that match, sorted. While the list is held (somebody points at a row or has the focus in it) rows keep
 * their places, so that nobody bans the row that has just slid under the pointer: who goes leaves, who comes is
 * added at the end, and the rest waits. What goes by numbers is sorted anew every 5 s at most.
 */
export function usePeerView(
  criteria: PeerCriteria,
  order: PeerOrder,
  isHeld: boolean,
): readonly PeerSnapshot[] {
  const locale = useLocale();
  const peers = usePeers(allOf, isSameToRead);
  // Names, states and times are sorted when they change; what goes by numbers is at its moment.
  const isByNumbers = order === "round-trip" || order === "traffic";
  const moment = useSwarmSelector(isByNumbers ? momentOf : noMoment, isSameMoment);
  const sorted = useMemo(
    () => sortPeers({ ...moment, peers }, order, locale),
    [moment, peers, order, locale],
  );
  const view = useMemo<PeerView>(
    () => ({ criteria, order, peers, shown: sorted.filter(peerFilter(criteria)) }),
    [criteria, order, peers, sorted],
  );
  const kept = useKept(view, isHeld);
  return useMemo(() => (kept === view ? view.shown : broughtUpToDate(kept, view)), [kept, view]);
}

/** The view, and while it is held, what it was when that began or something else was asked for. */
function useKept(view: PeerView, isHeld: boolean): PeerView {
  const [kept, keep] = useState(view);
  const isOutdated = !isHeld || kept.criteria !== view.criteria || kept.order !== view.order;
  if (kept !== view && isOutdated) keep(view);
  return isOutdated ? view : kept;
}

function broughtUpToDate(kept: PeerView, now: PeerView): readonly PeerSnapshot[] {
  const current = new Map(now.peers.map((peer) => [peer.peerId, peer]));
  const before = new Set(kept.peers.map(({ peerId }) => peerId));
  const stayed = kept.shown.flatMap(({ peerId }) => current.get(peerId) ?? []);
  return [...stayed, ...now.shown.filter(({ peerId }) => !before.has(peerId))];
}

interface Moment extends Omit<PeerMeasures, "peers"> {
  readonly number: number;
}

const NO_MOMENT: Moment = { quality: {}, traffic: {}, number: -1 };

function noMoment(): Moment {
  return NO_MOMENT;
}

function momentOf({ quality, stats, bandwidth }: SwarmSnapshot): Moment {
  return { quality, traffic: stats.byPeer, number: Math.floor(bandwidth.endMs / RESORT_EVERY_MS) };
}

function isSameMoment(a: Moment, b: Moment): boolean {
  return a.number === b.number;
}

function allOf(peers: readonly PeerSnapshot[]): readonly PeerSnapshot[] {
  return peers;
}

function isSameToRead(a: readonly PeerSnapshot[], b: readonly PeerSnapshot[]): boolean {
  return a.length === b.length && a.every((peer, index) => isSameRow(peer, b[index] as PeerSnapshot));
}
