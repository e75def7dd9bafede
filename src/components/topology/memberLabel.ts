import type { PeerId, TopologyNode } from "../../core/index.js";
import { shortAgentId } from "../parts/peerLabel.js";
import type { TopologyTexts } from "../texts/topologyTexts.js";

/** What to call a member: "You", the name it gave itself, or the beginning of its id. */
export function memberLabel(node: TopologyNode, { you }: TopologyTexts): string {
  if (node.isSelf) return you;
  const name = node.name?.trim();
  // Of one that has not proved itself, the PeerId says which agent it claims to be.
  return name === undefined || name === "" ? shortAgentId(node.agentId ?? node.peerId) : name;
}

/** The labels of members by their ids. */
export function labelsOf(nodes: readonly TopologyNode[], texts: TopologyTexts): ReadonlyMap<PeerId, string> {
  return new Map(nodes.map((node) => [node.peerId, memberLabel(node, texts)]));
}
