import { type ReactNode, useState } from "react";
import type { ProposalSnapshot } from "../../core/index.js";
import { useProposals } from "../../hooks/index.js";
import { formatCount } from "../parts/format.js";
import { useDebounced } from "../parts/useDebounced.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { choiceLabel } from "./choiceLabel.js";
import { stateOf } from "./proposalState.js";

// Ballots come together: how it stands after them is what matters.
const PAUSE_MS = 1000;

/** Tells screen readers how the vote stands whose ballots or end came last. */
export function TallyNews(): ReactNode {
  const texts = useConsensusTexts();
  const locale = useLocale();
  const proposals = useProposals();
  const [seen, setSeen] = useState(proposals);
  const [latest, setLatest] = useState<ProposalSnapshot>();
  if (seen !== proposals) {
    setSeen(proposals);
    setLatest(changed(seen, proposals) ?? latest);
  }
  const news = useDebounced(latest, PAUSE_MS);
  const standing = (proposal: ProposalSnapshot): string => {
    const { subject, state, choices, tally } = proposal;
    if (state !== "open") return texts.ended(subject, texts.state[stateOf(proposal)]);
    const weights = choices.map((choice) => ({
      choice: choiceLabel(choice, texts),
      weight: formatCount(tally.byChoice[choice] ?? 0, locale),
    }));
    return texts.standing(subject, weights, formatCount(tally.pending, locale));
  };
  return (
    <p className="ps-hidden ps-tally-news" role="status">
      {news === undefined ? "" : standing(news)}
    </p>
  );
}

/** The first of which something was known before, and is otherwise now. */
function changed(
  before: readonly ProposalSnapshot[],
  now: readonly ProposalSnapshot[],
): ProposalSnapshot | undefined {
  return now.find((proposal) => {
    const known = before.find(({ id }) => id === proposal.id);
    if (known === undefined || known === proposal) return false;
    return known.state !== proposal.state || known.tally.pending !== proposal.tally.pending;
  });
}
