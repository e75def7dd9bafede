import type { PeerId } from "../identity/ids.js";
import type { SwarmSnapshot } from "../store/snapshot.js";
import type { Claim } from "./claim.js";
import { kept, keptList } from "./kept.js";
import { type EndOfLink, measured } from "./measured.js";
import {
  EMPTY_TOPOLOGY,
  type LinkHealth,
  type LinkStanding,
  type TopologyLink,
  type TopologyNode,
  type TopologyView,
} from "./view.js";

const GOOD_UP_TO_MS = 150;
const SLOW_UP_TO_MS = 400;

/** What the mesh is drawn from: what we see, and what peers say. */
export interface TopologySources {
  readonly snapshot: Pick<SwarmSnapshot, "self" | "peers" | "connecting" | "quality">;
  readonly claims: ReadonlyMap<PeerId, Claim>;
  readonly unaskedCount: number;
}

/** The mesh. Pure; what says the same as in `before` is the same object. */
export function topologyOf(sources: TopologySources, before: TopologyView): TopologyView {
  if (sources.snapshot.self.peerId === undefined) return EMPTY_TOPOLOGY;
  const nodes = nodesOf(sources, before.nodes);
  const { links, strangerLinkCount } = linksOf(sources, nodes);
  return kept(before, {
    nodes,
    links: sharedLinks(before.links, links),
    strangerLinkCount,
    unaskedCount: sources.unaskedCount,
  });
}

function nodesOf(
  { snapshot, claims }: TopologySources,
  before: readonly TopologyNode[],
): readonly TopologyNode[] {
  const { self, peers, connecting } = snapshot;
  const known = new Map(before.map((node) => [node.peerId, node]));
  const proven = new Set(peers.map(({ peerId }) => peerId));
  const own: TopologyNode = {
    peerId: self.peerId ?? "",
    agentId: self.agentId,
    name: self.profile.name,
    state: "connected",
    isSelf: true,
    toldLinkCount: peers.length,
  };
  const others = peers.map(({ peerId, agentId, profile, state }): TopologyNode => {
    const toldLinkCount = claims.get(peerId)?.count;
    return { peerId, agentId, name: profile.name, state, isSelf: false, toldLinkCount };
  });
  const coming = connecting
    .filter(({ peerId }) => !proven.has(peerId) && peerId !== self.peerId)
    .map(({ peerId }): TopologyNode => {
      return {
        peerId,
        agentId: undefined,
        name: undefined,
        state: "connecting",
        isSelf: false,
        toldLinkCount: undefined,
      };
    });
  const nodes = [own, ...others, ...coming].map((node) => kept(known.get(node.peerId), node));
  return keptList(before, nodes);
}

function linksOf(
  { snapshot, claims: all }: TopologySources,
  nodes: readonly TopologyNode[],
): { readonly links: readonly TopologyLink[]; readonly strangerLinkCount: number } {
  const { self, peers, quality } = snapshot;
  const known = new Set(nodes.map(({ peerId }) => peerId));
  // Only who has proved itself has a say.
  const claims = new Map(peers.map(({ peerId }) => [peerId, all.get(peerId)]));
  const links = peers.map((peer) =>
    linkBetween(self.peerId ?? "", peer.peerId, "own", measured(peer, quality[peer.peerId])),
  );
  let strangerLinkCount = 0;
  for (const [peerId, claim] of claims) {
    for (const [to, said] of claim?.links ?? []) {
      // What is ours we know better.
      if (to === self.peerId) continue;
      if (!known.has(to)) {
        strangerLinkCount++;
        continue;
      }
      const answered = claims.get(to)?.links.get(peerId);
      if (answered === undefined) links.push(linkBetween(peerId, to, "claimed", said, peerId));
      else if (peerId < to) links.push(linkBetween(peerId, to, "confirmed", worse(said, answered)));
    }
  }
  return { links, strangerLinkCount };
}

function linkBetween(
  from: PeerId,
  to: PeerId,
  standing: LinkStanding,
  end: EndOfLink,
  claimedBy?: PeerId,
): TopologyLink {
  const [a, b] = from < to ? [from, to] : [to, from];
  // Of a link that is down the last round trip says nothing any more.
  const roundTripMs = end.isUp ? end.roundTripMs : undefined;
  return { a, b, standing, claimedBy, health: healthOf(end), roundTripMs, route: end.route };
}

function healthOf({ isUp, roundTripMs }: EndOfLink): LinkHealth {
  if (!isUp) return "down";
  if (roundTripMs === undefined) return "unknown";
  if (roundTripMs <= GOOD_UP_TO_MS) return "good";
  return roundTripMs <= SLOW_UP_TO_MS ? "slow" : "bad";
}

// A link is what both of its ends see, so it is as bad as either of them says.
function worse(one: EndOfLink, other: EndOfLink): EndOfLink {
  const roundTripMs = Math.max(one.roundTripMs ?? -1, other.roundTripMs ?? -1);
  const isRelayed = one.route === "relayed" || other.route === "relayed";
  return {
    isUp: one.isUp && other.isUp,
    roundTripMs: roundTripMs < 0 ? undefined : roundTripMs,
    route: isRelayed ? "relayed" : (one.route ?? other.route),
  };
}

function sharedLinks(
  before: readonly TopologyLink[],
  links: readonly TopologyLink[],
): readonly TopologyLink[] {
  let known: Map<string, TopologyLink> | undefined;
  // Mostly the same links are in the same order: then nothing has to be looked up.
  const same = ({ a, b }: TopologyLink, index: number): TopologyLink | undefined => {
    const there = before[index];
    if (there?.a === a && there.b === b) return there;
    known ??= new Map(before.map((link) => [pairOf(link), link]));
    return known.get(pairOf({ a, b }));
  };
  return keptList(
    before,
    links.map((link, index) => kept(same(link, index), link)),
  );
}

function pairOf({ a, b }: Pick<TopologyLink, "a" | "b">): string {
  return `${a} ${b}`;
}
