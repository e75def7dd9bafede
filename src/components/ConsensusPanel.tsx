import type { ReactNode } from "react";
import type { ProposalSnapshot } from "../core/index.js";
import { useProposals } from "../hooks/index.js";
import { ProposalList } from "./consensus/ProposalList.js";
import { ProposeBox } from "./consensus/ProposeBox.js";
import { formatCount } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useTexts } from "./texts/TextsProvider.js";

const isOpen = ({ state }: ProposalSnapshot): boolean => state === "open";
const isWaiting = ({ canVote, ballot }: ProposalSnapshot): boolean => canVote && ballot === undefined;

/**
 * Votes: what is open, with its risk, the rule in words, the tally and a button for each choice; then what was decided
 * and why. On request who said what, evidence against those who signed two things, and the certificate, to
 * copy, keep and verify. Something can be put to the vote by hand.
 */
export function ConsensusPanel(props: PanelProps): ReactNode {
  const { consensus: texts, locale } = useTexts();
  const isEmpty = useProposals((proposals) => proposals.length === 0);
  const open = useProposals((proposals) => proposals.filter(isOpen).length);
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
      <ProposeBox />
      {isEmpty ? (
        <div className="ps-empty">
          <p className="ps-empty-what">{texts.empty.what}</p>
          <p>{texts.empty.next}</p>
        </div>
      ) : (
        <ProposalList />
      )}
    </Panel>
  );
}
