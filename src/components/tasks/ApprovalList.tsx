import { type ReactNode, useMemo } from "react";
import type { ApprovalRequest } from "../../core/index.js";
import { useSwarm, useTasks } from "../../hooks/index.js";
import { AgentName } from "../parts/AgentName.js";
import { Countdown } from "../parts/Countdown.js";
import { formatCount } from "../parts/format.js";
import { previewText } from "../parts/previewText.js";
import { RiskWord } from "../parts/RiskWord.js";
import { useFocusKept } from "../parts/useFocusKept.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTasksTexts } from "../texts/tasksTexts.js";

// More than a person decides about at a time; the others move up.
const SHOWN = 10;

/** What peers ask for and a person has to approve, oldest first. */
export function ApprovalList(): ReactNode {
  const texts = useTasksTexts();
  const locale = useLocale();
  const approvals = useTasks((tasks) => tasks.approvals);
  const focus = useFocusKept<HTMLDivElement>();
  const more = approvals.length - SHOWN;
  return (
    <>
      <p className="ps-hidden" role="status">
        {texts.approvalsWaiting(approvals.length)}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div className="ps-approvals" role="group" aria-label={texts.approvals} tabIndex={-1} {...focus}>
        {approvals.length > 0 && (
          <>
            <p className="ps-subtitle">{texts.approvals}</p>
            <ul className="ps-list">
              {approvals.slice(0, SHOWN).map((request) => (
                <Approval key={request.id} request={request} />
              ))}
            </ul>
            {more > 0 && <p className="ps-count">{texts.moreApprovals(formatCount(more, locale))}</p>}
          </>
        )}
      </div>
    </>
  );
}

function Approval({ request }: { readonly request: ApprovalRequest }): ReactNode {
  const swarm = useSwarm();
  const texts = useTasksTexts();
  const { id, type, from, risk, input, expiresAtMs } = request;
  const preview = useMemo(() => previewText(input), [input]);
  return (
    <li className="ps-note ps-approval" data-tone="warning" data-risk={risk} data-type={type}>
      <p className="ps-item-head">
        <bdi className="ps-name">{type}</bdi>
        <RiskWord risk={risk} />
      </p>
      <p className="ps-item-facts">
        <span>
          {texts.peer.handled} <AgentName agentId={from.agentId} />
        </span>
        <Countdown untilMs={expiresAtMs} text={texts.expires} />
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <pre className="ps-preview" role="group" aria-label={texts.input} tabIndex={0} dir="ltr">
        {preview}
      </pre>
      <div className="ps-buttons">
        <button
          type="button"
          className="ps-button"
          data-primary
          aria-label={texts.approveTask(type)}
          onClick={() => swarm.tasks.approve(id)}
        >
          {texts.approve}
        </button>
        <button
          type="button"
          className="ps-button"
          aria-label={texts.refuseTask(type)}
          onClick={() => swarm.tasks.refuse(id, texts.refusedByHand)}
        >
          {texts.refuse}
        </button>
      </div>
    </li>
  );
}
