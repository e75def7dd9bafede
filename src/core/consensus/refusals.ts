import { SwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import type { BallotChoice } from "./outcome.js";
import { canVote, type Poll } from "./poll.js";
import { MAX_OPEN_PROPOSALS, type ProposalId } from "./proposal.js";
import { choicesOf } from "./tally.js";

/** @throws SwarmError `invalid-option` */
export function assertChoice({ signed }: Poll, choice: BallotChoice): void {
  const choices = choicesOf(signed.proposal);
  if (choices.includes(choice)) return;
  throw new SwarmError("invalid-option", {
    what: `"${choice}" is not a choice here.`,
    why: `Choices are ${choices.join(", ")}.`,
    fix: "Choose one of the snapshot's choices.",
  });
}

/** @throws SwarmError `not-eligible`, `proposal-closed` */
export function assertOpen(poll: Poll, own: AgentId, nowMs: number): void {
  if (canVote(poll, own, nowMs)) return;
  const { id, electorate } = poll.signed.proposal;
  if (!electorate.includes(own)) {
    throw new SwarmError("not-eligible", {
      what: `This agent is not in the electorate of ${id}.`,
      why: "It was fixed when the proposal was made.",
      fix: "Wait for the outcome: it is told to everyone.",
    });
  }
  throw new SwarmError("proposal-closed", {
    what: `The vote on ${id} is over.`,
    fix: "Look at canVote in its snapshot before asking.",
  });
}

/** The error of a proposal for which there is no room. */
export function tooMany(): SwarmError {
  const { perAgent, total } = MAX_OPEN_PROPOSALS;
  return new SwarmError("queue-full", {
    what: "Too many proposals are open.",
    why: `Nobody takes more than ${perAgent} of one agent, and ${total} in all.`,
    fix: "Wait for one to end, or withdraw one.",
  });
}

/** The error of everything that the end of a stay interrupts. */
export function hasLeft(): SwarmError {
  return new SwarmError("left", {
    what: "The swarm has left the room.",
    why: "What was proposed is kept, and goes on once this agent is back.",
    fix: "Join again; the event consensus-result tells how it ended.",
  });
}

/** The error of a call about a proposal that is not here. */
export function unknownProposal(id: ProposalId): SwarmError {
  return new SwarmError("proposal-unknown", {
    what: `There is no proposal ${id} here.`,
    why: "It has not come yet, or it is forgotten: the last 200 that ended are kept.",
    fix: "Take ids from the snapshot's proposals.",
  });
}

/** The error where somebody else's proposal is to be withdrawn. */
export function notOurs(id: ProposalId): SwarmError {
  return new SwarmError("not-eligible", {
    what: `The proposal ${id} is not this agent's.`,
    fix: "Vote no, or ask its proposer to withdraw it.",
  });
}
