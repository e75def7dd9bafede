import { type ReactNode, useEffect, useState } from "react";
import { useCommonTexts } from "../texts/commonTexts.js";
import { CheckIcon, CopyIcon, CrossIcon } from "./icons.js";

const FEEDBACK_MS = 2000;

/** Props of {@link CopyButton}. */
export interface CopyButtonProps {
  /** What is put on the clipboard. */
  readonly text: string;
  /** Accessible name, for example "Copy the address". */
  readonly label: string;
}

/** Puts a text on the clipboard and says whether that worked. */
export function CopyButton({ text, label }: CopyButtonProps): ReactNode {
  const common = useCommonTexts();
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");

  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), FEEDBACK_MS);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      // No clipboard without a secure context, or the browser refused: the text can still be selected.
      setState("failed");
    }
  };

  return (
    <span className="ps-copy" data-state={state}>
      <button type="button" className="ps-icon-button" aria-label={label} title={label} onClick={copy}>
        {state === "idle" ? <CopyIcon /> : state === "copied" ? <CheckIcon /> : <CrossIcon />}
      </button>
      <span className="ps-hidden" role="status">
        {state === "copied" ? common.copied : state === "failed" ? common.copyFailed : ""}
      </span>
    </span>
  );
}
