import { type ReactNode, useId } from "react";
import { ErrorNote } from "../parts/ErrorNote.js";
import { type SettingsTexts, useSettingsTexts } from "../texts/settingsTexts.js";
import type { SettingsForm } from "./useSettingsForm.js";

interface FormEndProps {
  readonly form: SettingsForm;
  /** How many problems are shown. */
  readonly shownProblems: number;
}

/** What a change would do, the buttons, and what became of the last one. */
export function FormEnd({ form, shownProblems }: FormEndProps): ReactNode {
  const texts = useSettingsTexts();
  const { apply, isDirty, stop, revert } = form;
  const effectId = useId();
  const isApplying = apply.state === "running";
  const canRevert = isDirty || apply.state === "failed";
  return (
    <div className="ps-form-end">
      <p className="ps-effect" id={effectId} data-effect={form.effect}>
        {isDirty && (shownProblems > 0 ? texts.problems(shownProblems) : effectText(form, texts))}
      </p>
      <div className="ps-buttons">
        <button
          type="submit"
          className="ps-button"
          data-primary={(isDirty && !isApplying) || undefined}
          aria-disabled={!isDirty || isApplying || undefined}
          aria-describedby={effectId}
        >
          {texts.apply}
        </button>
        <button
          type="button"
          className="ps-button"
          aria-disabled={(!isApplying && !canRevert) || undefined}
          onClick={isApplying ? stop : revert}
        >
          {isApplying ? texts.stop : texts.revert}
        </button>
      </div>
      <p className="ps-feedback" role="status">
        {isApplying ? texts.applying : noteText(form, texts)}
      </p>
      <div className="ps-notes" role="alert">
        {apply.error !== undefined && (
          <>
            <ErrorNote error={apply.error} tone="error" />
            <p className="ps-setting-hint">{texts.failed}</p>
          </>
        )}
      </div>
    </div>
  );
}

function effectText(
  { effect, inForce, draft, change }: SettingsForm,
  { effect: texts }: SettingsTexts,
): string {
  if (effect !== "rejoin") return texts[effect];
  const from = { room: inForce.room, server: inForce.settings.transport?.url ?? "" };
  return texts.rejoin(from, { room: draft.room.trim(), server: change.url ?? from.server });
}

function noteText({ note, inForce, isOff, effect }: SettingsForm, texts: SettingsTexts): string | undefined {
  if (note === "stopped") return texts.stopped;
  if (note === "not-remembered") return texts.notRemembered;
  if (note !== "applied" || effect !== "nothing") return undefined;
  return texts.applied(inForce.room, isOff);
}
