import { type ReactNode, useState } from "react";
import type { ProposalSnapshot } from "../core/index.js";
import { useProposals } from "../hooks/index.js";
import { ProposalList } from "./consensus/ProposalList.js";
import { ProposeBox } from "./consensus/ProposeBox.js";
import { fitsFilter, type ProposalFilter } from "./consensus/proposalState.js";
import { TallyNews } from "./consensus/TallyNews.js";
import { Aggregate } from "./parts/Aggregate.js";
import { Choice } from "./parts/Choice.js";
import { formatCount } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useConsensusTexts } from "./texts/consensusTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

const isWaiting = ({ canVote, ballot }: ProposalSnapshot): boolean => canVote && ballot === undefined;

/**
 * Votes: what is open, with its risk, the rule in words, the tally and a button for each choice; then what was decided
 * and why. On request who said what, evidence against those who signed two things, and the certificate, to
 * copy, keep and verify. Something can be put to the vote by hand.
 */
export function ConsensusPanel(props: PanelProps): ReactNode {
  const texts = useConsensusTexts();
  const locale = useLocale();
  const isEmpty = useProposals((proposals) => proposals.length === 0);
  const counts = useProposals((proposals) => countsOf(proposals));
  const { open } = counts;
  const [filter, setFilter] = useState<ProposalFilter>("all");
  const waiting = useProposals((proposals) => proposals.filter(isWaiting).length);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="consensus"
      state={isEmpty ? "empty" : "full"}
      aside={
        <span className="ps-count" data-open={open} data-waiting={waiting}>
          {texts.count(open, formatCount(open, locale))}
        </span>
      }
    >
      <p className="ps-hidden" role="status">
        {texts.waiting(waiting)}
      </p>
      <TallyNews />
      <ProposeBox>
        {!isEmpty && (
          <Choice
            legend={texts.show}
            words={texts.filter}
            counts={counts}
            value={filter}
            onChange={setFilter}
          />
        )}
      </ProposeBox>
      {isEmpty ? (
        <div className="ps-empty">
          <p className="ps-empty-what">{texts.empty.what}</p>
          <p>{texts.empty.next}</p>
        </div>
      ) : (
        <>
          <ProposalList filter={filter} />
          <Aggregate>{texts.counted}</Aggregate>
        </>
      )}
    </Panel>
  );
}

function countsOf(proposals: readonly ProposalSnapshot[]): Readonly<Record<ProposalFilter, number>> {
  const open = proposals.filter((proposal) => fitsFilter(proposal, "open")).length;
  return { all: proposals.length, open, ended: proposals.length - open };
}
