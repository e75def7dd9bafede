import { type ReactNode, useId } from "react";
import { useSettingsTexts } from "../texts/settingsTexts.js";

/** What is to be remembered in this browser. */
export type Remembering = "nothing" | "open" | "everything";

interface RememberChoiceProps {
  readonly value: Remembering;
  readonly onChange: (value: Remembering) => void;
}

/** Whether settings outlive the page, and whether secrets do. */
export function RememberChoice({ value, onChange }: RememberChoiceProps): ReactNode {
  const texts = useSettingsTexts();
  const hintId = useId();
  return (
    <div className="ps-setting" data-field="remember">
      <label className="ps-tick">
        <input
          type="checkbox"
          checked={value !== "nothing"}
          aria-describedby={hintId}
          onChange={({ target }) => onChange(target.checked ? "open" : "nothing")}
        />
        <span>{texts.remember}</span>
      </label>
      {value !== "nothing" && (
        <label className="ps-tick">
          <input
            type="checkbox"
            checked={value === "everything"}
            aria-describedby={hintId}
            onChange={({ target }) => onChange(target.checked ? "everything" : "open")}
          />
          <span>{texts.rememberSecrets}</span>
        </label>
      )}
      <p className="ps-setting-hint" id={hintId}>
        {texts.rememberHint}
      </p>
    </div>
  );
}
