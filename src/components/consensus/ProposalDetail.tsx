import type { ReactNode } from "react";
import type { ElectorSnapshot, Equivocation, ProposalSnapshot } from "../../core/index.js";
import { AgentName } from "../parts/AgentName.js";
import { CopyButton } from "../parts/CopyButton.js";
import { Fact } from "../parts/Fact.js";
import { formatCount } from "../parts/format.js";
import { When } from "../parts/When.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { CertificateFact } from "./CertificateFact.js";
import { choiceLabel } from "./choiceLabel.js";
import { ruleWordsOf } from "./ruleWords.js";

/** Everything that is known of one proposal: the rule, each ballot, evidence and certificate. */
export function ProposalDetail({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const texts = useConsensusTexts();
  const locale = useLocale();
  const { id, group, electorate, evidence, state, openedAtMs, endedAtMs } = proposal;
  return (
    <div className="ps-detail">
      <dl className="ps-facts">
        {state !== "open" && (
          <Fact term={texts.rule} name="rule">
            {texts.ruleWords(ruleWordsOf(proposal, locale))}
          </Fact>
        )}
        {group !== undefined && (
          <Fact term={texts.group} name="group">
            {"region" in group ? texts.groupOf.region : texts.groupOf.capability}{" "}
            <bdi>{"region" in group ? group.region : group.capability}</bdi>
          </Fact>
        )}
        <Fact term={texts.ballots} name="ballots">
          <Electors electorate={electorate} />
        </Fact>
        {evidence.length > 0 && (
          <Fact term={texts.evidence} name="evidence">
            <Evidence evidence={evidence} />
          </Fact>
        )}
        {state === "decided" && <CertificateFact proposal={proposal} />}
        <Fact term={texts.openedAt} name="opened">
          <When atMs={openedAtMs} isWhole />
        </Fact>
        {endedAtMs !== undefined && (
          <Fact term={texts.endedAt} name="ended">
            <When atMs={endedAtMs} isWhole />
          </Fact>
        )}
        <Fact term={texts.id} name="proposal-id">
          <code>{id}</code>
          <CopyButton text={id} label={texts.copyId} />
        </Fact>
      </dl>
    </div>
  );
}

/** At most 256, as many as an electorate can have. */
function Electors({ electorate }: { readonly electorate: readonly ElectorSnapshot[] }): ReactNode {
  const texts = useConsensusTexts();
  const locale = useLocale();
  return (
    <ul className="ps-lines">
      {electorate.map(({ agentId, weight, choice, hasEquivocated }) => (
        <li key={agentId} className="ps-item-facts" data-choice={choice}>
          <span>
            <AgentName agentId={agentId} />
          </span>
          <bdi className="ps-name">
            {hasEquivocated
              ? texts.equivocated
              : choice === undefined
                ? texts.pending
                : choiceLabel(choice, texts)}
          </bdi>
          {weight !== 1 && <span>{texts.weight(formatCount(weight, locale))}</span>}
        </li>
      ))}
    </ul>
  );
}

function Evidence({ evidence }: { readonly evidence: readonly Equivocation[] }): ReactNode {
  const texts = useConsensusTexts();
  return (
    <ul className="ps-lines">
      {evidence.map(({ agentId, what, isAfterEnd }) => (
        <li key={`${agentId} ${what}`} className="ps-item-facts" data-evidence={what}>
          <span>
            <AgentName agentId={agentId} />
          </span>
          <span>{texts.evidenceOf[what]}</span>
          {isAfterEnd && <span>{texts.evidenceAfterEnd}</span>}
        </li>
      ))}
    </ul>
  );
}
