import { type ReactNode, useState } from "react";
import type { SettingsChange, SettingsTest, SettingsTestPart } from "../../core/index.js";
import { useSettingsTest } from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { EvidenceList, FindingNote } from "../parts/FindingNote.js";
import { formatMilliseconds } from "../parts/format.js";
import { StateWord } from "../parts/StateWord.js";
import { useDiagnosisTexts } from "../texts/diagnosisTexts.js";
import { useSettingsTexts } from "../texts/settingsTexts.js";
import { useLocale } from "../texts/TextsProvider.js";

interface SettingsTestProps {
  readonly part: SettingsTestPart;
  /** What would be in force. */
  readonly change: SettingsChange;
  readonly label: string;
  /** Where several tests have the same label. */
  readonly accessibleLabel?: string;
  /** Something cannot be used yet: instead of a test, show that. */
  readonly hasProblem: boolean;
  readonly onProblem: () => void;
  /** Beside the button. */
  readonly children?: ReactNode;
}

/** A button that tests what is in the form, and what came of it; a result that the form has left behind is not shown. */
export function SettingsTestBox(props: SettingsTestProps): ReactNode {
  const { part, change, label, accessibleLabel, hasProblem, onProblem, children } = props;
  const texts = useSettingsTexts();
  const test = useSettingsTest();
  const subject = JSON.stringify(change);
  const [tested, setTested] = useState<string>();
  const isRunning = test.state === "running";
  const isShown = isRunning || tested === subject;
  const start = (): void => {
    if (hasProblem) return onProblem();
    setTested(subject);
    void test.start({ part, change });
  };
  return (
    <div className="ps-test">
      <div className="ps-buttons">
        <button
          type="button"
          className="ps-button"
          data-small
          aria-label={isRunning ? undefined : accessibleLabel}
          onClick={isRunning ? test.stop : start}
        >
          {isRunning ? texts.stopTest : label}
        </button>
        {children}
        <span className="ps-test-state" role="status">
          {isShown && <TestState state={stateOf(test.state, test.result)} />}
        </span>
      </div>
      {isShown && test.error !== undefined && <ErrorNote error={test.error} tone="error" />}
      {isShown && test.result !== undefined && <TestResult result={test.result} />}
    </div>
  );
}

type ShownState = SettingsTest["verdict"] | "running" | "error" | undefined;

function stateOf(
  state: ReturnType<typeof useSettingsTest>["state"],
  result: SettingsTest | undefined,
): ShownState {
  if (state === "running") return "running";
  if (state === "failed") return "error";
  return result?.verdict;
}

function TestState({ state }: { readonly state: ShownState }): ReactNode {
  const texts = useSettingsTexts();
  return state !== undefined && <StateWord state={state} word={texts.testState[state]} />;
}

function TestResult({ result }: { readonly result: SettingsTest }): ReactNode {
  const diagnosis = useDiagnosisTexts();
  const { findings, evidence } = result;
  return (
    <>
      {findings.length === 0 && <WellLine result={result} />}
      {findings.length > 0 && (
        <ul className="ps-list ps-findings" aria-label={diagnosis.findings}>
          {findings.map((finding) => (
            <FindingNote key={finding.code} finding={finding} />
          ))}
        </ul>
      )}
      {findings.length === 0 && evidence.length > 0 && (
        <details className="ps-details">
          <summary>{diagnosis.evidence}</summary>
          <EvidenceList evidence={evidence} />
        </details>
      )}
    </>
  );
}

function WellLine({ result: { evidence, durationMs } }: { readonly result: SettingsTest }): ReactNode {
  const texts = useSettingsTexts();
  const locale = useLocale();
  const answer = evidence.find((fact) => fact.kind === "ice-answer" || fact.kind === "websocket");
  const answeredMs = answer?.kind === "ice-answer" ? answer.afterMs : (answer?.durationMs ?? durationMs);
  const isWelcome = evidence.some((fact) => fact.kind === "room-entry" && fact.answer === "welcome");
  return (
    <p className="ps-setting-hint">
      {texts.answered(formatMilliseconds(answeredMs, locale))}
      {isWelcome && ` ${texts.welcome}`}
    </p>
  );
}
