import type { Letter } from "../wire/letterShape.js";
import type { KeptVote, KeptVotes } from "./archive.js";
import type { Happening } from "./ledger.js";
import { readBallot, readEnd, readProposal } from "./voteLetters.js";

/** Lets everything that was kept happen again. What cannot be read any more is left out. */
export function replay(
  { votes, ballots, ends }: KeptVotes,
  room: string,
  dispatch: (happening: Happening) => void,
): void {
  const openedAtMs = new Map<string, number>();
  for (const vote of votes) {
    const [first, ...others] = vote.letters;
    const signed = first && readProposal(first);
    if (signed?.room !== room) continue;
    openedAtMs.set(signed.proposal.id, vote.openedAtMs);
    dispatch({ type: "proposal", signed, atMs: vote.openedAtMs, deadlineAtMs: vote.deadlineAtMs });
    for (const letter of others) replayLetter(letter, vote, dispatch);
  }
  for (const letter of ballots) {
    const ballot = readBallot(letter);
    // It was kept because it came in time.
    const atMs = ballot && openedAtMs.get(ballot.proposalId);
    if (ballot !== undefined && atMs !== undefined) dispatch({ type: "ballot", ballot, atMs });
  }
  for (const letter of ends) {
    const end = readEnd(letter);
    if (end !== undefined) dispatch({ type: "end", end });
  }
}

function replayLetter(letter: Letter, vote: KeptVote, dispatch: (happening: Happening) => void): void {
  const atMs = vote.endedAtMs ?? vote.openedAtMs;
  const end = readEnd(letter);
  if (end !== undefined) return dispatch({ type: "end", end, atMs });
  const signed = readProposal(letter);
  if (signed !== undefined) return dispatch({ type: "proposal", signed, atMs });
  const ballot = readBallot(letter);
  if (ballot !== undefined) dispatch({ type: "ballot", ballot, atMs: vote.openedAtMs });
}
