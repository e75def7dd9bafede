import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ProposalSnapshot } from "../../core/index.js";
import { useSwarm, useSwarmQueryClient, voteMutationOptions } from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { useFocusKept } from "../parts/useFocusKept.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";
import { choiceLabel } from "./choiceLabel.js";

/** A ballot by hand: one button for each choice, then what was said. */
export function VoteBox({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const texts = useConsensusTexts();
  const focus = useFocusKept<HTMLDivElement>();
  const vote = useMutation(voteMutationOptions(useSwarm()), useSwarmQueryClient());
  const { id, subject, choices, ballot, canVote, state, isOurs } = proposal;
  const isWaiting = canVote && ballot === undefined;
  const cast = (choice: string): void => {
    if (!vote.isPending) vote.mutate({ proposalId: id, choice });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div className="ps-vote" role="group" aria-label={texts.vote(subject)} tabIndex={-1} {...focus}>
      {isWaiting && (
        <div className="ps-buttons">
          {choices.map((choice) => (
            <button
              key={choice}
              type="button"
              className="ps-button"
              data-choice={choice}
              aria-disabled={vote.isPending || undefined}
              aria-label={texts.voteFor(choiceLabel(choice, texts), subject)}
              onClick={() => cast(choice)}
            >
              <bdi>{choiceLabel(choice, texts)}</bdi>
            </button>
          ))}
        </div>
      )}
      {ballot !== undefined && <p className="ps-ballot">{texts.ownBallot(choiceLabel(ballot, texts))}</p>}
      {state === "open" && !isWaiting && ballot === undefined && <p className="ps-ballot">{texts.noVote}</p>}
      {state === "open" && isOurs && <Withdraw proposal={proposal} />}
      {vote.error !== null && isWaiting && <ErrorNote error={vote.error} tone="error" />}
    </div>
  );
}

function Withdraw({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const swarm = useSwarm();
  const texts = useConsensusTexts();
  const { id, subject } = proposal;
  return (
    <button
      type="button"
      className="ps-button"
      data-small
      aria-label={texts.withdrawProposal(subject)}
      // Where it has ended meanwhile, the row says how.
      onClick={() => void swarm.consensus.withdraw(id).catch(() => undefined)}
    >
      {texts.withdraw}
    </button>
  );
}
