import type { ProposalId, ProposalSnapshot } from "../core/index.js";
import { useProposals } from "./useProposals.js";

/**
 * One proposal as it stands, with ballots, tally and outcome; `undefined` while there is none of that id here.
 * @param id as `propose(…).id` and `useProposals` have it
 * @example
 * const { state, outcome, tally } = useProposal(id) ?? {};
 */
export function useProposal(id: ProposalId | undefined): ProposalSnapshot | undefined {
  return useProposals((proposals) => proposals.find((proposal) => proposal.id === id), Object.is);
}
