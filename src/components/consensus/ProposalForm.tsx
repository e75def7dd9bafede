import { type FormEvent, type ReactNode, useId } from "react";
import { PROPOSAL_LIMITS } from "../../core/consensus/proposal.js";
import type { ProposalDraft, RiskLevel } from "../../core/index.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";

/** What a person writes. */
export type WrittenProposal = Pick<ProposalDraft, "kind" | "subject" | "risk"> & {
  readonly rationale: string;
};

interface ProposalFormProps {
  /** What was written before and did not get through. */
  readonly written: WrittenProposal | undefined;
  readonly onSubmit: (written: WrittenProposal) => void;
  readonly onClose: () => void;
}

const RISKS: readonly RiskLevel[] = ["low", "medium", "high"];
const isRisk = (text: string): text is RiskLevel => RISKS.some((risk) => risk === text);

function readForm(form: HTMLFormElement): WrittenProposal {
  const fields = new FormData(form);
  const text = (name: string): string => String(fields.get(name) ?? "").trim();
  const risk = text("risk");
  return {
    kind: text("kind"),
    subject: text("subject"),
    rationale: text("rationale"),
    risk: isRisk(risk) ? risk : "high",
  };
}

/** Puts something to the vote by hand. */
export function ProposalForm({ written, onSubmit, onClose }: ProposalFormProps): ReactNode {
  const texts = useConsensusTexts();
  const common = useCommonTexts();
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(readForm(event.currentTarget));
  };
  return (
    <form
      className="ps-form"
      aria-label={texts.form}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <label htmlFor={`${id}-subject`}>{texts.subject}</label>
      <input
        id={`${id}-subject`}
        name="subject"
        ref={takeFocus}
        required
        pattern=".*\S.*"
        maxLength={PROPOSAL_LIMITS.subjectLength}
        defaultValue={written?.subject}
      />
      <label htmlFor={`${id}-rationale`}>{texts.rationale}</label>
      <textarea
        id={`${id}-rationale`}
        name="rationale"
        rows={3}
        maxLength={PROPOSAL_LIMITS.rationaleLength}
        defaultValue={written?.rationale}
      />
      <label htmlFor={`${id}-kind`}>{texts.kind}</label>
      <input
        id={`${id}-kind`}
        name="kind"
        required
        pattern=".*\S.*"
        maxLength={PROPOSAL_LIMITS.kindLength}
        defaultValue={written?.kind ?? "change"}
      />
      <label htmlFor={`${id}-risk`}>{texts.risk}</label>
      <select id={`${id}-risk`} name="risk" defaultValue={written?.risk ?? "low"}>
        {RISKS.map((risk) => (
          <option key={risk} value={risk}>
            {common.risk[risk]}
          </option>
        ))}
      </select>
      <div className="ps-buttons">
        <button type="submit" className="ps-button" data-primary>
          {texts.submit}
        </button>
        <button type="button" className="ps-button" onClick={onClose}>
          {texts.close}
        </button>
      </div>
    </form>
  );
}

function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
