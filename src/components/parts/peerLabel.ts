import type { AgentId, PeerId, PeerSnapshot } from "../../core/index.js";

const SHORT_AGENT_ID_LENGTH = 8;

/** The first characters of an identity, enough to tell members of a room apart by eye. */
export function shortAgentId(agentId: AgentId): string {
  return agentId.slice(0, SHORT_AGENT_ID_LENGTH);
}

/** The same of a peer: its id begins with its agent's. */
export function shortPeerId(peerId: PeerId): string {
  return peerId.slice(0, SHORT_AGENT_ID_LENGTH);
}

// Some letters and symbols show nothing, either: fillers of Hangul, and braille without dots.
const SEEN = /[^\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]/u;

/** What to call a peer: the name it gave itself, else its short agent id. A name is a claim, not a proof. */
export function peerLabel({ profile, agentId }: Pick<PeerSnapshot, "profile" | "agentId">): string {
  const name = profile.name?.trim() ?? "";
  return SEEN.test(name) ? name : shortAgentId(agentId);
}
