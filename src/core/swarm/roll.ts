import type { AgentId, PeerId } from "../identity/ids.js";
import type { PortPeer } from "../protocols/builtin.js";
import type { PeerGoneReason, PeerSnapshot } from "../store/snapshot.js";
import type { Restraint } from "../wire/restraint.js";
import type { Ground } from "./ground.js";

/** Who is in the room as the app sees it, and whom it does not want to hear or see. */
export interface Roll {
  peer(peerId: PeerId): PeerSnapshot | undefined;
  enter(peer: PeerSnapshot): void;
  /** Changes what is known of a peer that is here. */
  update(peerId: PeerId, change: Partial<PeerSnapshot>): void;
  leave(peerId: PeerId, reason: PeerGoneReason): void;
  setMuted(agentId: AgentId, isMuted: boolean): void;
  /** Whether the app muted this agent, whatever it sends. */
  hasMuted(agentId: AgentId): boolean;
  /** The peer is muted for sending too much, or no more. */
  restrain(peerId: PeerId, restraint: Restraint | undefined): void;
  isHeldBack(peerId: PeerId): boolean;
  /** Whether the app does not hear of this agent: it muted it, or one of its peers sends too much. */
  isUnheard(agentId: AgentId): boolean;
  ban(agentId: AgentId): void;
  unban(agentId: AgentId): void;
  isBanned(agentId: AgentId): boolean;
}

/** @param dismiss ends the link of a peer whose agent was banned */
export function createRoll(
  { store, events, happenings }: Pick<Ground, "store" | "events" | "happenings">,
  dismiss: (peerId: PeerId) => void,
): Roll {
  const muted = new Set<AgentId>();
  const banned = new Set<AgentId>();
  const heldBack = new Map<PeerId, AgentId>();

  const peerOf = (peerId: PeerId): PeerSnapshot | undefined =>
    store.getSnapshot().peers.find((peer) => peer.peerId === peerId);
  const peersOf = (agentId: AgentId): PeerSnapshot[] =>
    store.getSnapshot().peers.filter((peer) => peer.agentId === agentId);

  const update = (peerId: PeerId, change: Partial<PeerSnapshot>): void => {
    const before = peerOf(peerId);
    store.dispatch({ type: "peer-updated", peerId, change });
    const after = peerOf(peerId);
    if (after !== undefined && after !== before) events.emit("peer-updated", after);
  };

  return {
    peer: peerOf,
    update,
    enter(peer) {
      store.dispatch({ type: "peer-joined", peer });
      events.emit("peer-joined", peer);
    },
    leave(peerId, reason) {
      const peer = peerOf(peerId);
      heldBack.delete(peerId);
      store.dispatch({ type: "peer-left", peerId });
      if (peer === undefined) return;
      const left: PortPeer & { reason: PeerGoneReason } = { peerId, agentId: peer.agentId, reason };
      events.emit("peer-left", left);
      happenings.emit("left", left);
    },
    setMuted(agentId, isMuted) {
      if (isMuted) muted.add(agentId);
      else muted.delete(agentId);
      for (const { peerId } of peersOf(agentId)) update(peerId, { isMuted });
    },
    hasMuted: (agentId) => muted.has(agentId),
    restrain(peerId, restraint) {
      update(peerId, { restraint });
      const peer = peerOf(peerId);
      if (peer !== undefined && restraint?.stage === "muted") heldBack.set(peerId, peer.agentId);
      else heldBack.delete(peerId);
    },
    isHeldBack: (peerId) => heldBack.has(peerId),
    isUnheard: (agentId) =>
      muted.has(agentId) || (heldBack.size > 0 && [...heldBack.values()].includes(agentId)),
    ban(agentId) {
      banned.add(agentId);
      for (const { peerId } of peersOf(agentId)) dismiss(peerId);
    },
    unban: (agentId) => void banned.delete(agentId),
    isBanned: (agentId) => banned.has(agentId),
  };
}
