import { type ReactNode, useId } from "react";

/** Props of {@link Confirmation}. */
export interface ConfirmationProps {
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks before something that cannot be taken back; Escape is no. */
export function Confirmation({ question, yes, no, onYes, onNo }: ConfirmationProps): ReactNode {
  const questionId = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div
      className="ps-note ps-confirm"
      data-tone="error"
      role="group"
      aria-labelledby={questionId}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onNo();
      }}
    >
      <p id={questionId}>{question}</p>
      <div className="ps-buttons">
        <button type="button" className="ps-button" data-danger onClick={onYes}>
          {yes}
        </button>
        {/* Has the focus, so that a second Enter does no harm. */}
        <button type="button" className="ps-button" ref={takeFocus} onClick={onNo}>
          {no}
        </button>
      </div>
    </div>
  );
}

/** For `ref`: an element that comes in the place of the one that had the focus. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
