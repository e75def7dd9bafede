import type { ProposalSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const proposalsOf = (snapshot: SwarmSnapshot): readonly ProposalSnapshot[] => snapshot.consensus.proposals;

/**
 * What is put to the vote: open and unresolved proposals first, newest first, then the last 50 that have ended; or what
 * `selector` makes of them.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const mine = useProposals((proposals) => proposals.filter(({ canVote, ballot }) => canVote && ballot === undefined));
 */
export function useProposals(): readonly ProposalSnapshot[];
export function useProposals<Selected>(
  selector: (proposals: readonly ProposalSnapshot[]) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useProposals(
  selector: (proposals: readonly ProposalSnapshot[]) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(proposalsOf, selector, isEqual);
}
