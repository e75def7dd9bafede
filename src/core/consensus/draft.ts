import * as v from "valibot";
import { abortedError, SwarmError } from "../errors.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { writeLetter } from "../wire/letter.js";
import { type Electorate, electorateTooLarge, gatherElectorate, payloadOf } from "./electorate.js";
import type { ProposalDraft } from "./proposal.js";
import { choicesOf } from "./tally.js";
import {
  canEnd,
  type ProposalPayload,
  proposalLetter,
  proposalSchema,
  readProposal,
  type SignedProposal,
} from "./voteLetters.js";

/** A proposal that is signed, and nobody knows of yet. */
export interface Drawn extends Omit<Electorate, "agents"> {
  readonly signed: SignedProposal;
}

/**
 * Fixes the electorate, and signs what is put to it.
 * @throws SwarmError `invalid-option`, `aborted`
 */
export async function draw(
  port: ProtocolPort,
  self: PortSelf,
  letterId: string,
  draft: ProposalDraft,
): Promise<Drawn> {
  const { identity, room } = self;
  if (draft.signal?.aborted) throw abortedError("The vote", draft.signal);
  const { agents, ...others } = gatherElectorate(port, self, draft.electorate);
  const payload = checkPayload(payloadOf(draft, agents));
  checkBallot(payload, draft.ballot);
  const address = { id: letterId, room, from: identity.agentId, nowMs: port.runtime.clock.now() };
  const signed = readProposal(await writeLetter(proposalLetter(payload, address), identity));
  if (signed === undefined || !canEnd(signed)) throw electorateTooLarge(agents.length);
  return { signed, ...others };
}

function checkPayload(payload: ProposalPayload): ProposalPayload {
  const parsed = v.safeParse(proposalSchema, payload);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new SwarmError("invalid-option", {
    what: `"${v.getDotPath(issue) ?? "this"}" of the proposal is not valid.`,
    why: issue.message,
    fix: "PROPOSAL_LIMITS and VOTE_TIMEOUT_RANGE_MS say what fits.",
  });
}

function checkBallot(payload: ProposalPayload, ballot: ProposalDraft["ballot"]): void {
  if (ballot === undefined || ballot === false || choicesOf(payload).includes(ballot)) return;
  throw new SwarmError("invalid-option", {
    what: `"${ballot}" is not a choice here.`,
    why: `Choices are ${choicesOf(payload).join(", ")}.`,
    fix: "Choose one of them, or pass false to cast no ballot.",
  });
}
