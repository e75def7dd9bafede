import type { ReactNode } from "react";
import { useProposals } from "../../hooks/index.js";
import { DisclosureList } from "../parts/DisclosureList.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";
import { ProposalItem } from "./ProposalItem.js";
import { fitsFilter, type ProposalFilter } from "./proposalState.js";

// Subject, facts, tally and buttons.
const ROW_HEIGHT_PX = 180;

/** Proposals, open ones first, each with a detail on request. */
export function ProposalList({ filter }: { readonly filter: ProposalFilter }): ReactNode {
  const texts = useConsensusTexts();
  const common = useCommonTexts();
  const proposals = useProposals((all) => all.filter((proposal) => fitsFilter(proposal, filter)));
  if (proposals.length === 0) return <p className="ps-empty">{texts.noneSuch}</p>;
  return (
    <DisclosureList
      items={proposals}
      keyOf={({ id }) => id}
      attributesOf={({ id, state, outcome, risk }) => ({
        className: "ps-item",
        "data-state": state,
        "data-outcome": outcome,
        "data-proposal-id": id,
        "data-risk": risk,
      })}
      label={texts.list}
      hint={common.keys}
      rowHeightPx={ROW_HEIGHT_PX}
    >
      {(proposal, row) => <ProposalItem proposal={proposal} {...row} />}
    </DisclosureList>
  );
}
