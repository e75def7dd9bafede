import type { PeerBandwidth, PeerId } from "../core/index.js";

/** One peer and what it uses. */
export interface RankedPeer extends PeerBandwidth {
  readonly peerId: PeerId;
}

/** Who uses how much, the most first. KB/s. */
export interface PeerRanking {
  readonly peers: readonly RankedPeer[];
  /** All that are not among them, as one. */
  readonly others: PeerBandwidth & { readonly count: number };
}

/** @param length how many are named */
export function rankPeers(rates: Readonly<Record<PeerId, PeerBandwidth>>, length: number): PeerRanking {
  const all = Object.entries(rates)
    .map(([peerId, rate]): RankedPeer => ({ peerId, ...rate }))
    .sort((a, b) => b.total - a.total || (a.peerId < b.peerId ? -1 : 1));
  const rest = all.slice(length);
  const sum = (key: keyof PeerBandwidth): number => rest.reduce((total, peer) => total + peer[key], 0);
  return {
    peers: all.slice(0, length),
    others: { count: rest.length, up: sum("up"), down: sum("down"), total: sum("total") },
  };
}
