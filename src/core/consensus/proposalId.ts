import { toHex, utf8 } from "../bytes.js";
import type { AgentId } from "../identity/ids.js";
import { sha256 } from "../sha256.js";
import type { ProposalId } from "./proposal.js";

const ID_BYTES = 16;

/**
 * The id of the proposal in this letter: nobody but its proposer can make another one of the same id.
 * @param letterId of the letter that holds the proposal
 */
export function proposalIdOf(proposer: AgentId, letterId: string): ProposalId {
  return toHex(sha256(utf8(`peerswarm/1 proposal\0${proposer}\0${letterId}`)).subarray(0, ID_BYTES));
}
