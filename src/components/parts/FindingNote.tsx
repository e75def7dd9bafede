import type { ReactNode } from "react";
import type { Evidence, Finding } from "../../core/index.js";
import { useConnectionTexts } from "../texts/connectionTexts.js";
import { useDiagnosisTexts } from "../texts/diagnosisTexts.js";

/** One cause, with what shows it and how to mend it; goes into a list. */
export function FindingNote({ finding }: { readonly finding: Finding }): ReactNode {
  const texts = useDiagnosisTexts();
  const connection = useConnectionTexts();
  const { what, fix } = texts.finding(finding);
  return (
    <li className="ps-note" data-tone={finding.severity} data-code={finding.code}>
      <p className="ps-finding-head">
        <strong>{texts.severity[finding.severity]}</strong> <code>{finding.code}</code>
      </p>
      <p>{what}</p>
      <p className="ps-note-fix">
        <strong>{connection.fix}:</strong> {fix}
      </p>
      {finding.evidence.length > 0 && (
        <details className="ps-details">
          <summary>{texts.evidence}</summary>
          <EvidenceList evidence={finding.evidence} />
        </details>
      )}
    </li>
  );
}

/** What was seen, a fact a line. */
export function EvidenceList({ evidence }: { readonly evidence: readonly Evidence[] }): ReactNode {
  const texts = useDiagnosisTexts();
  return (
    <ul className="ps-evidence">
      {evidence.map((fact) => {
        const text = texts.fact(fact);
        return (
          <li key={text} data-evidence={fact.kind}>
            {text}
          </li>
        );
      })}
    </ul>
  );
}
