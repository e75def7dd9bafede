import type { Outcome, ProposalSnapshot } from "../../core/index.js";

/** Which proposals are listed. */
export type ProposalFilter = "all" | "open" | "ended";

/** What is said of where a proposal stands: its outcome, once there is one. */
export function stateOf({ state, outcome }: ProposalSnapshot): Outcome | "open" | "unresolved" {
  return outcome ?? (state === "decided" ? "unavailable" : state);
}

/** One that nobody has told the end of is over, too. */
export function fitsFilter({ state }: ProposalSnapshot, filter: ProposalFilter): boolean {
  return filter === "all" || (state === "open") === (filter === "open");
}
