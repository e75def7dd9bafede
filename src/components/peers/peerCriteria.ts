import type { PeerSnapshot, SwarmSnapshot } from "../../core/index.js";
import { EMPTY_TRAFFIC } from "../../core/stats/statsBook.js";
import { peerLabel } from "../parts/peerLabel.js";

/** What the peers can be sorted by, in the order in which it is offered. */
export const PEER_ORDERS = ["since", "name", "state", "round-trip", "traffic"] as const;
export type PeerOrder = (typeof PEER_ORDERS)[number];

/** What the list is narrowed to. */
export interface PeerCriteria {
  /** Each word of it is in the name or in a capability, or begins the agent's or the peer's id; in any case. */
  readonly text: string;
  readonly state: PeerSnapshot["state"] | undefined;
  readonly isMuted: boolean;
}

export const ALL_PEERS: PeerCriteria = { text: "", state: undefined, isMuted: false };

export function isNarrowed({ text, state, isMuted }: PeerCriteria): boolean {
  return text.trim() !== "" || state !== undefined || isMuted;
}

/** Tests peers for what is asked for. */
export function peerFilter({ text, state, isMuted }: PeerCriteria): (peer: PeerSnapshot) => boolean {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  return (peer) => {
    if ((state !== undefined && peer.state !== state) || (isMuted && !peer.isMuted)) return false;
    const said = saidBy(peer);
    return words.every((word) => said.includes(word) || isIdOf(peer, word));
  };
}

function saidBy({ profile }: PeerSnapshot): string {
  return [profile.name ?? "", ...profile.capabilities].join("\n").toLowerCase();
}

// Only how it begins: somewhere in 52 random characters nearly every short word is found.
function isIdOf({ agentId, peerId }: PeerSnapshot, word: string): boolean {
  return agentId.startsWith(word) || peerId.startsWith(word);
}

/** What an order goes by. */
export interface PeerMeasures {
  readonly peers: readonly PeerSnapshot[];
  readonly quality: SwarmSnapshot["quality"];
  readonly traffic: SwarmSnapshot["stats"]["byPeer"];
}

/** The states of peers; what needs a look comes first. */
export const PEER_STATES: readonly PeerSnapshot["state"][] = ["unreachable", "asleep", "connected"];

/** The peers sorted; those that are equal stay in the order in which they were proven. */
export function sortPeers(measures: PeerMeasures, order: PeerOrder, locale: string): readonly PeerSnapshot[] {
  const { peers, quality, traffic } = measures;
  if (order === "since") return peers;
  if (order === "name") {
    const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
    return sortedBy(peers, peerLabel, compare);
  }
  const ranks = {
    state: ({ state }: PeerSnapshot) => PEER_STATES.indexOf(state),
    "round-trip": ({ peerId }: PeerSnapshot) => quality[peerId]?.roundTripP50Ms ?? Number.POSITIVE_INFINITY,
    traffic: ({ peerId }: PeerSnapshot) => {
      const { bytesSent, bytesReceived } = traffic[peerId] ?? EMPTY_TRAFFIC;
      return -bytesSent - bytesReceived;
    },
  };
  return sortedBy(peers, ranks[order], (a, b) => (a === b ? 0 : a - b));
}

function sortedBy<Key>(
  peers: readonly PeerSnapshot[],
  keyOf: (peer: PeerSnapshot) => Key,
  compare: (a: Key, b: Key) => number,
): readonly PeerSnapshot[] {
  return peers
    .map((peer) => ({ peer, key: keyOf(peer) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ peer }) => peer);
}
