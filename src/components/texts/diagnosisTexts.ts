import type {
  CheckName,
  CheckState,
  Diagnosis,
  Evidence,
  Finding,
  FindingSeverity,
} from "../../core/index.js";
import { englishDiagnosisTexts } from "../locales/en/diagnosis.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link DiagnosisPanel}. */
export interface DiagnosisTexts {
  readonly title: string;
  readonly state: Readonly<Record<Diagnosis["verdict"] | "running" | "error", string>>;
  readonly run: string;
  readonly again: string;
  readonly stop: string;
  /** Asks whether a swarm that is off may open connections for it. */
  readonly probe: string;
  /** For screen readers. */
  readonly running: string;
  /** For screen readers: how it ended. */
  readonly summary: (verdict: Diagnosis["verdict"], findings: number) => string;
  /** Before the time of the diagnosis. */
  readonly at: string;
  /** What was found as JSON, for those who are asked for help. */
  readonly copyReport: string;
  readonly nothing: string;
  readonly findings: string;
  readonly severity: Readonly<Record<FindingSeverity, string>>;
  /** What a finding says; the default are its own words, so a translation goes by its code. */
  readonly finding: (finding: Finding) => { readonly what: string; readonly fix: string };
  readonly evidence: string;
  readonly fact: (fact: Evidence) => string;
  readonly checks: string;
  readonly check: Readonly<Record<CheckName, string>>;
  readonly checkState: Readonly<Record<CheckState, string>>;
  readonly empty: { readonly what: string; readonly next: string };
}

export function useDiagnosisTexts(): DiagnosisTexts {
  return useTextsOf("diagnosis", englishDiagnosisTexts);
}
