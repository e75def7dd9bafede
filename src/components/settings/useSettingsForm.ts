import { useState } from "react";
import type { SettingsChange } from "../../core/index.js";
import {
  type UseSettingsResult,
  useSettings,
  useSignaling,
  useSwarmSelector,
  useSwarmStatus,
} from "../../hooks/index.js";
import {
  changeOf,
  type Draft,
  draftOf,
  type Edits,
  type Effect,
  effectOf,
  type InForce,
  type Problems,
  problemsOf,
  rememberableOf,
} from "./form.js";
import { type UseRemembering, useRemembering } from "./useRemembering.js";

/** What {@link useSettingsForm} gives. */
export interface SettingsForm {
  readonly inForce: InForce;
  readonly draft: Draft;
  readonly change: SettingsChange;
  readonly problems: Problems;
  readonly effect: Effect;
  readonly isOff: boolean;
  /** Whether there is something to apply. */
  readonly isDirty: boolean;
  readonly apply: UseSettingsResult["apply"];
  readonly remembering: UseRemembering;
  /** What is to be said of the last apply, beside its error. */
  readonly note: "applied" | "stopped" | "not-remembered" | undefined;
  readonly edit: (edits: Edits) => void;
  readonly submit: () => Promise<void>;
  readonly stop: () => void;
  readonly revert: () => void;
}

/** What was typed over what is in force: nothing that was typed is lost but by Revert, or by being in force. */
export function useSettingsForm(storageKey: string | undefined): SettingsForm {
  const { settings, apply } = useSettings();
  const name = useSwarmSelector(({ self }) => self.profile.name);
  const room = useSignaling((signaling) => signaling.room);
  const isOff = useSwarmStatus() === "off";
  const [edits, setEdits] = useState<Edits>({});
  const [note, setNote] = useState<SettingsForm["note"]>();
  const remembering = useRemembering(storageKey);
  const inForce = { name, room, settings };
  const draft = draftOf(inForce, edits);
  const change = changeOf(inForce, draft);
  const effect = effectOf(change, isOff);
  return {
    inForce,
    draft,
    change,
    problems: problemsOf(change, draft, inForce),
    effect,
    isOff,
    isDirty: effect !== "nothing" || remembering.isChanged,
    apply,
    remembering,
    note,
    edit(changed) {
      setNote(undefined);
      setEdits((before) => ({ ...before, ...changed }));
    },
    async submit() {
      setNote(undefined);
      const kept = rememberableOf(inForce, draft);
      if (!(await apply.start(change))) return;
      setNote(remembering.keep(kept) ? "applied" : "not-remembered");
      // What was typed meanwhile is not in force.
      setEdits((now) => (now === edits ? {} : now));
    },
    stop() {
      apply.stop();
      setNote("stopped");
    },
    revert() {
      apply.reset();
      remembering.revert();
      setNote(undefined);
      setEdits({});
    },
  };
}
