import { type ReactNode, useId } from "react";
import type { BreakerView } from "../../core/index.js";
import { useTasks } from "../../hooks/index.js";
import { AgentName } from "../parts/AgentName.js";
import { Countdown } from "../parts/Countdown.js";
import { StateWord } from "../parts/StateWord.js";
import { useTasksTexts } from "../texts/tasksTexts.js";

const SHOWN = 20;

type TrippedBreaker = BreakerView & { readonly state: "open" | "half-open" };

const isTripped = (breaker: BreakerView): breaker is TrippedBreaker => breaker.state !== "closed";

/** Agents that get no task, or one on trial, because they failed lately. */
export function BreakerList(): ReactNode {
  const texts = useTasksTexts();
  const breakers = useTasks((tasks) => tasks.breakers.filter(isTripped).slice(0, SHOWN));
  const titleId = useId();
  if (breakers.length === 0) return null;
  return (
    <div className="ps-connecting">
      <p className="ps-subtitle" id={titleId}>
        {texts.breakers}
      </p>
      <ul className="ps-list" aria-labelledby={titleId}>
        {breakers.map(({ agentId, state, failures, retryAtMs }) => (
          <li className="ps-item" key={agentId} data-breaker={state}>
            <p className="ps-item-head">
              <span>
                <AgentName agentId={agentId} />
              </span>
              <StateWord state={state} word={texts.breaker[state]} />
            </p>
            <p className="ps-item-facts">
              <span>{texts.failures(failures)}</span>
              {state === "open" && retryAtMs !== undefined && (
                <Countdown untilMs={retryAtMs} text={texts.retryIn} />
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
