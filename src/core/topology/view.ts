import type { AgentId, PeerId } from "../identity/ids.js";
import type { PeerState } from "../store/snapshot.js";

/** Links that one member names. */
export const MAX_TOLD_LINKS = 256;

/**
 * How a link is known. `own`: it is ours, and measured here. `confirmed`: both of its ends say that it is there. `claimed`: only
 * one of them does; the other has said nothing yet, or does not know of it.
 */
export type LinkStanding = "own" | "confirmed" | "claimed";

/**
 * `good`: a round trip of at most 150 ms. `slow`: at most 400 ms. `bad`: more. `down`: silent, a restart is under way.
 * `unknown`: up, and not measured yet.
 */
export type LinkHealth = "good" | "slow" | "bad" | "down" | "unknown";

/** Whether a link's bytes pass a relay (TURN). */
export type LinkRoute = "direct" | "relayed";

/** A link between two members. */
export interface TopologyLink {
  /** Its ends; `a` sorts before `b`. */
  readonly a: PeerId;
  readonly b: PeerId;
  readonly standing: LinkStanding;
  /** Which end says that it is there, where only one does. */
  readonly claimedBy: PeerId | undefined;
  readonly health: LinkHealth;
  /** Whole milliseconds: the median of our own measurements, or the longer of what its ends say. `undefined`: not measured, or down. */
  readonly roundTripMs: number | undefined;
  readonly route: LinkRoute | undefined;
}

/** A member in the mesh. */
export interface TopologyNode {
  readonly peerId: PeerId;
  /** `undefined` while it has not proved itself to us. */
  readonly agentId: AgentId | undefined;
  /** What it calls itself; a claim. */
  readonly name: string | undefined;
  /** As we see it. */
  readonly state: PeerState;
  readonly isSelf: boolean;
  /** How many links it says to have; of more than 256 it names 256. `undefined` while it has said nothing. */
  readonly toldLinkCount: number | undefined;
}

/**
 * The mesh as this member sees it and as the others describe it: empty while nobody watches (`swarm.topology.watch()`) or the
 * swarm is off. What others say of their links are claims.
 */
export interface TopologyView {
  /** This member, then the proven peers in the order in which they were proven, then those that are still connecting. */
  readonly nodes: readonly TopologyNode[];
  readonly links: readonly TopologyLink[];
  /** Links that peers say to have with members that we do not know of; they are not in `links`. */
  readonly strangerLinkCount: number;
  /** Peers beyond the first 64, which are not asked for their links. */
  readonly unaskedCount: number;
}

export const EMPTY_TOPOLOGY: TopologyView = { nodes: [], links: [], strangerLinkCount: 0, unaskedCount: 0 };
