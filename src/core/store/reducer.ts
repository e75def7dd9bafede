import type { PeerId } from "../identity/ids.js";
import { isSameList } from "../isSameList.js";
import { type AttemptOutcome, countAttempt } from "../stats/attemptCounts.js";
import type { BandwidthSnapshot } from "../stats/bandwidth.js";
import type { LinkQuality } from "../stats/linkQuality.js";
import type { Activity } from "../stats/recentEvents.js";
import type { StatsSnapshot } from "../stats/statsBook.js";
import type {
  ConnectingPeer,
  PeerSnapshot,
  Profile,
  SignalingSnapshot,
  SwarmParts,
  SwarmSnapshot,
  SwarmStatus,
} from "./snapshot.js";

/** Everything that can change a {@link SwarmSnapshot}. */
export type SwarmAction =
  | {
      readonly type: "status-changed";
      readonly status: SwarmStatus;
      readonly signaling: Partial<SignalingSnapshot>;
    }
  | { readonly type: "self-changed"; readonly self: Partial<SwarmSnapshot["self"]> }
  | { readonly type: "peer-joined"; readonly peer: PeerSnapshot }
  | { readonly type: "peer-updated"; readonly peerId: PeerId; readonly change: Partial<PeerSnapshot> }
  | { readonly type: "peer-left"; readonly peerId: PeerId }
  | { readonly type: "connecting-changed"; readonly peer: ConnectingPeer }
  | { readonly type: "connecting-ended"; readonly peerId: PeerId }
  | { readonly type: "attempt-ended"; readonly outcome: AttemptOutcome }
  | { readonly type: "parts-changed"; readonly parts: Partial<SwarmParts> }
  | {
      readonly type: "stats-ticked";
      readonly quality: Readonly<Record<PeerId, LinkQuality>>;
      readonly stats: StatsSnapshot;
      readonly bandwidth: BandwidthSnapshot;
      readonly activity: readonly Activity[];
    };

/** The one place where a snapshot is remade. Pure; returns `state` itself where nothing changed. */
export function reduceSwarm(state: SwarmSnapshot, action: SwarmAction): SwarmSnapshot {
  switch (action.type) {
    case "status-changed": {
      const signaling = merge(state.signaling, action.signaling);
      return merge(state, { status: action.status, signaling });
    }
    case "self-changed":
      return merge(state, { self: merge(state.self, action.self) });
    case "peer-joined":
      return { ...state, peers: [...withoutPeer(state.peers, action.peer.peerId), action.peer] };
    case "peer-updated":
      return merge(state, { peers: mapPeer(state.peers, action.peerId, action.change) });
    case "peer-left":
      return merge(state, { peers: withoutPeer(state.peers, action.peerId) });
    case "connecting-changed":
      return merge(state, { connecting: upsert(state.connecting, action.peer) });
    case "connecting-ended":
      return merge(state, { connecting: withoutPeer(state.connecting, action.peerId) });
    case "stats-ticked":
      return merge(state, {
        stats: action.stats,
        bandwidth: action.bandwidth,
        activity: action.activity,
        quality: action.quality,
      });
    case "parts-changed":
      return merge<SwarmSnapshot>(state, action.parts);
    case "attempt-ended":
      return { ...state, attempts: countAttempt(state.attempts, action.outcome) };
  }
}

/**
 * Whether an action is of the kind that comes by the thousand when a crowd joins or a network fails: what other members do.
 * What this member did itself shows at once.
 */
export function isCrowdNews(action: SwarmAction): boolean {
  switch (action.type) {
    case "peer-joined":
    case "peer-left":
    case "connecting-changed":
    case "connecting-ended":
    case "attempt-ended":
      return true;
    case "peer-updated":
      return action.change.isMuted === undefined;
    default:
      return false;
  }
}

function merge<T extends object>(target: T, change: Partial<T>): T {
  const keys = Object.keys(change) as (keyof T)[];
  return keys.every((key) => Object.is(target[key], change[key])) ? target : { ...target, ...change };
}

function mapPeer(
  peers: readonly PeerSnapshot[],
  peerId: PeerId,
  change: Partial<PeerSnapshot>,
): readonly PeerSnapshot[] {
  const index = peers.findIndex((peer) => peer.peerId === peerId);
  const peer = peers[index];
  if (peer === undefined) return peers;
  const changed = merge(peer, change);
  return changed === peer ? peers : peers.with(index, changed);
}

function withoutPeer<T extends { readonly peerId: PeerId }>(
  peers: readonly T[],
  peerId: PeerId,
): readonly T[] {
  return peers.some((peer) => peer.peerId === peerId)
    ? peers.filter((peer) => peer.peerId !== peerId)
    : peers;
}

function upsert(connecting: readonly ConnectingPeer[], peer: ConnectingPeer): readonly ConnectingPeer[] {
  const index = connecting.findIndex((candidate) => candidate.peerId === peer.peerId);
  const known = connecting[index];
  if (known === undefined) return [...connecting, peer];
  const changed = merge(known, peer);
  return changed === known ? connecting : connecting.with(index, changed);
}

/** Whether two profiles say the same; used to keep references stable. */
export function isSameProfile(a: Profile, b: Profile): boolean {
  return (
    a.name === b.name &&
    a.region === b.region &&
    isSameList(a.capabilities, b.capabilities) &&
    isSameList(a.goals, b.goals) &&
    isSameList(a.knowledgeHeads, b.knowledgeHeads)
  );
}
