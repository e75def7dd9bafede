import { type ReactNode, useState } from "react";
import type { CheckResult, Diagnosis } from "../core/index.js";
import {
  swarmKeys,
  useDiagnosis,
  useDiagnosisProgress,
  useSwarm,
  useSwarmQueryClient,
  useSwarmStatus,
} from "../hooks/index.js";
import { CopyButton } from "./parts/CopyButton.js";
import { ErrorNote } from "./parts/ErrorNote.js";
import { EvidenceList, FindingNote } from "./parts/FindingNote.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { StateWord } from "./parts/StateWord.js";
import { When } from "./parts/When.js";
import { useDiagnosisTexts } from "./texts/diagnosisTexts.js";

/**
 * Says on demand why this member cannot reach the server or a peer: what was looked at, what was found, what shows it, and how to
 * mend it. While the swarm is off nothing is opened unless the person at the panel agrees.
 */
export function DiagnosisPanel(props: PanelProps): ReactNode {
  const texts = useDiagnosisTexts();
  const [isProbing, setProbing] = useState(false);
  const isOff = useSwarmStatus() === "off";
  const { data, error, isFetching, refetch } = useDiagnosis({ probe: isOff && isProbing });
  const state = stateOf(data, error !== null, isFetching);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="diagnosis"
      state={state}
      aside={state === "empty" ? undefined : <StateWord state={state} word={texts.state[state]} />}
    >
      <p className="ps-hidden" role="status">
        {isFetching ? texts.running : data !== undefined && texts.summary(data.verdict, data.findings.length)}
      </p>
      {state === "empty" && (
        <div className="ps-empty">
          <p className="ps-empty-what">{texts.empty.what}</p>
          <p>{texts.empty.next}</p>
        </div>
      )}
      {!isFetching && error !== null && <ErrorNote error={error} tone="error" />}
      {!isFetching && error === null && data !== undefined && (
        <>
          <Findings diagnosis={data} />
          <p className="ps-diagnosis-time">
            <span>
              {texts.at} <When atMs={data.atMs} isWhole />
            </span>
            <CopyButton text={JSON.stringify(data, undefined, 2)} label={texts.copyReport} />
          </p>
        </>
      )}
      {(isFetching || (error === null && data !== undefined)) && (
        <Checks diagnosis={data} isRunning={isFetching} />
      )}
      {isOff && (
        <label className="ps-consent">
          <input type="checkbox" checked={isProbing} onChange={({ target }) => setProbing(target.checked)} />
          <span>{texts.probe}</span>
        </label>
      )}
      <Actions isRunning={isFetching} isFirst={state === "empty"} run={() => void refetch()} />
    </Panel>
  );
}

function stateOf(data: Diagnosis | undefined, hasFailed: boolean, isRunning: boolean) {
  if (isRunning) return "running";
  if (hasFailed) return "error";
  return data?.verdict ?? "empty";
}

interface ActionsProps {
  readonly isRunning: boolean;
  readonly isFirst: boolean;
  readonly run: () => void;
}

function Actions({ isRunning, isFirst, run }: ActionsProps): ReactNode {
  const texts = useDiagnosisTexts();
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const stop = (): void => void client.cancelQueries({ queryKey: swarmKeys.diagnosis(swarm) });
  // One button in both states, so that the focus stays on it.
  return (
    <div className="ps-actions">
      <button
        type="button"
        className="ps-button"
        data-primary={!isRunning || undefined}
        onClick={isRunning ? stop : run}
      >
        {isRunning ? texts.stop : isFirst ? texts.run : texts.again}
      </button>
    </div>
  );
}

function Findings({ diagnosis: { findings } }: { readonly diagnosis: Diagnosis }): ReactNode {
  const texts = useDiagnosisTexts();
  if (findings.length === 0) return <p className="ps-diagnosis-well">{texts.nothing}</p>;
  return (
    <ul className="ps-list ps-findings" aria-label={texts.findings}>
      {findings.map((finding) => (
        <FindingNote key={finding.code} finding={finding} />
      ))}
    </ul>
  );
}

interface ChecksProps {
  readonly diagnosis: Diagnosis | undefined;
  readonly isRunning: boolean;
}

function Checks({ diagnosis, isRunning }: ChecksProps): ReactNode {
  const texts = useDiagnosisTexts();
  const progress = useDiagnosisProgress();
  const checks = isRunning ? progress : (diagnosis?.checks ?? progress);
  return (
    <details className="ps-details ps-checks" open={isRunning || undefined}>
      <summary>{texts.checks}</summary>
      <ul className="ps-list">
        {checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </details>
  );
}

function CheckRow({ check: { name, state, evidence } }: { readonly check: CheckResult }): ReactNode {
  const texts = useDiagnosisTexts();
  return (
    <li className="ps-check" data-check={name} data-state={state}>
      <p className="ps-check-line">
        <span>{texts.check[name]}</span>
        <StateWord state={state} word={texts.checkState[state]} />
      </p>
      {evidence.length > 0 && <EvidenceList evidence={evidence} />}
    </li>
  );
}
