import { SwarmError } from "../errors.js";
import { type AgentId, publicKeyOf } from "../identity/ids.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { Profile } from "../store/snapshot.js";
import { type ElectorateChoice, type ProposalDraft, VOTE_TIMEOUT_MS } from "./proposal.js";
import { MAX_ELECTORATE, resolveRule } from "./rule.js";
import type { ProposalPayload } from "./voteLetters.js";

/** Who is asked. */
export interface Electorate {
  /** In the order of their ids. */
  readonly agents: readonly AgentId[];
  /** Nobody else is in the swarm. */
  readonly isAlone: boolean;
  /** Somebody else is among them. */
  readonly isForOthers: boolean;
}

/**
 * Every agent that is in the room now, also one that is out of reach for the moment: who is cut off must not be a
 * majority of itself.
 */
export function gatherElectorate(
  port: ProtocolPort,
  self: PortSelf,
  choice: ElectorateChoice | undefined,
): Electorate {
  const own = self.identity.agentId;
  const agents = new Set<AgentId>();
  if (choice !== undefined && "roster" in choice) for (const id of choice.roster) agents.add(checkAgent(id));
  else {
    const { peers, self: here } = port.snapshot();
    if (belongs(here.profile, choice)) agents.add(own);
    for (const { agentId, profile } of peers) if (belongs(profile, choice)) agents.add(agentId);
  }
  const isAlone = port.peers().every(({ agentId }) => agentId === own);
  const isForOthers = [...agents].some((agentId) => agentId !== own);
  if (agents.size === 0) agents.add(own);
  return { agents: checkSize([...agents].sort()), isAlone, isForOthers };
}

function belongs({ region, capabilities }: Profile, choice: ElectorateChoice | undefined): boolean {
  if (choice === undefined || "roster" in choice) return true;
  return "region" in choice ? region === choice.region : capabilities.includes(choice.capability);
}

function checkAgent(agentId: AgentId): AgentId {
  if (publicKeyOf(agentId) !== undefined) return agentId;
  throw new SwarmError("invalid-option", {
    what: `"${agentId}" in the roster is not an AgentId.`,
    why: "An AgentId is 52 base32 characters; a PeerId names only a tab.",
    fix: "Take agentId from the snapshot's peers.",
  });
}

function checkSize(agents: readonly AgentId[]): readonly AgentId[] {
  if (agents.length <= MAX_ELECTORATE) return agents;
  throw electorateTooLarge(agents.length);
}

export function electorateTooLarge(count: number): SwarmError {
  return new SwarmError("invalid-option", {
    what: `${count} agents cannot vote on this.`,
    why: `The certificate must hold all of their ballots: that is at most ${MAX_ELECTORATE}, fewer with long names of room and options.`,
    fix: "Put it to a roster, a region or a capability.",
  });
}

/** What travels of a draft. It is checked where it is read. */
export function payloadOf(draft: ProposalDraft, agents: readonly AgentId[]): ProposalPayload {
  const {
    kind,
    subject,
    rationale = "",
    risk,
    options = [],
    timeoutMs = VOTE_TIMEOUT_MS,
    electorate,
  } = draft;
  return {
    kind,
    subject,
    rationale,
    risk,
    options: [...options],
    rule: resolveRule(draft.rule),
    timeoutMs,
    electorate: [...agents],
    group: electorate === undefined || "roster" in electorate ? null : electorate,
  };
}
