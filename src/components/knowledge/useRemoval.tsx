import { type ReactNode, type RefObject, useRef, useState } from "react";
import { Confirmation } from "../parts/Confirmation.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";

/** The button that forgets an entry, and the question that comes first. */
export function useRemoval(title: string, onYes: () => unknown) {
  const texts = useKnowledgeTexts();
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const cancel = (): void => {
    setAsking(false);
    button.current?.focus();
  };
  return {
    button: (
      <RemoveButton title={title} isAsking={isAsking} button={button} onClick={() => setAsking(!isAsking)} />
    ),
    question: isAsking && (
      <Confirmation
        question={texts.removeQuestion(title)}
        yes={texts.removeYes}
        no={texts.removeNo}
        onYes={onYes}
        onNo={cancel}
      />
    ),
  };
}

interface RemoveButtonProps {
  readonly title: string;
  readonly isAsking: boolean;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly onClick: () => void;
}

function RemoveButton({ title, isAsking, button, onClick }: RemoveButtonProps): ReactNode {
  const texts = useKnowledgeTexts();
  return (
    <button
      type="button"
      className="ps-button"
      ref={button}
      aria-label={texts.removeNamed(title)}
      aria-expanded={isAsking}
      onClick={onClick}
    >
      {texts.remove}
    </button>
  );
}
