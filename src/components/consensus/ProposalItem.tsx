import { memo, type ReactNode } from "react";
import type { ProposalSnapshot } from "../../core/index.js";
import { AgentName } from "../parts/AgentName.js";
import { Countdown } from "../parts/Countdown.js";
import { RiskWord } from "../parts/RiskWord.js";
import { type DisclosedRow, RowDisclosure } from "../parts/RowDisclosure.js";
import { StateWord } from "../parts/StateWord.js";
import { When } from "../parts/When.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { ProposalDetail } from "./ProposalDetail.js";
import { stateOf } from "./proposalState.js";
import { ruleWordsOf } from "./ruleWords.js";
import { TallyBar } from "./TallyBar.js";
import { VoteBox } from "./VoteBox.js";

interface ProposalItemProps extends DisclosedRow {
  readonly proposal: ProposalSnapshot;
}

// Memoised on the snapshot, whose reference changes only with this proposal.
export const ProposalItem = memo(function ProposalItem({ proposal, ...row }: ProposalItemProps): ReactNode {
  const texts = useConsensusTexts();
  const locale = useLocale();
  const { subject, rationale, state } = proposal;
  const shown = stateOf(proposal);
  return (
    <>
      <div className="ps-item-line">
        <p className="ps-name">
          <RowDisclosure {...row}>
            <bdi>{subject}</bdi>
          </RowDisclosure>
        </p>
        <StateWord state={shown} word={texts.state[shown]} />
        <ProposalFacts proposal={proposal} />
      </div>
      {rationale !== "" && (
        <p className="ps-rationale" data-whole={row.isOpen || undefined} dir="auto">
          {rationale}
        </p>
      )}
      <TallyBar proposal={proposal} />
      <p className="ps-item-facts">
        {state === "open" ? (
          <span>{texts.ruleWords(ruleWordsOf(proposal, locale))}</span>
        ) : (
          <Ending proposal={proposal} />
        )}
      </p>
      <VoteBox proposal={proposal} />
      {row.isOpen && <ProposalDetail proposal={proposal} />}
    </>
  );
});

function ProposalFacts({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const texts = useConsensusTexts();
  const { kind, risk, proposer, state, deadlineAtMs, evidence } = proposal;
  return (
    <p className="ps-item-facts">
      <bdi>{kind}</bdi>
      <RiskWord risk={risk} />
      <span>
        {texts.by} <AgentName agentId={proposer.agentId} />
      </span>
      {evidence.length > 0 && <span className="ps-flag">{texts.equivocated}</span>}
      {state === "open" && <Countdown untilMs={deadlineAtMs} text={texts.timeLeft} />}
    </p>
  );
}

/** Why it ended as it did, or that nobody has said. */
function Ending({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const texts = useConsensusTexts();
  const { state, reason, winner, endedAtMs, options } = proposal;
  if (state === "unresolved") return <span>{texts.unresolved}</span>;
  return (
    <>
      {winner !== undefined && options.length > 0 && <span>{texts.won(winner)}</span>}
      {reason !== undefined && <span data-reason={reason}>{texts.reason[reason]}</span>}
      {endedAtMs !== undefined && <When atMs={endedAtMs} />}
    </>
  );
}
