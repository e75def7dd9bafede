import { type FocusEvent, type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useSwarmStatus } from "../hooks/index.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { StateWord } from "./parts/StateWord.js";
import { Fold } from "./settings/Fold.js";
import { FormEnd } from "./settings/FormEnd.js";
import { IceServers } from "./settings/IceServers.js";
import { AccessFields, NameField, RoomFields, ServerFields } from "./settings/PlaceFields.js";
import { RememberChoice } from "./settings/RememberChoice.js";
import { type SettingsForm, useSettingsForm } from "./settings/useSettingsForm.js";
import { useShownProblems } from "./settings/useShownProblems.js";
import { useConnectionTexts } from "./texts/connectionTexts.js";
import { useSettingsTexts } from "./texts/settingsTexts.js";

/** Props of {@link SettingsPanel}. */
export interface SettingsPanelProps extends PanelProps {
  /**
   * Offers to remember what is applied in this browser, under this key of localStorage. The app brings it back by
   * `swarm.configureSignaling(recallSettings(key))` before it joins. Default: nothing is remembered.
   */
  readonly rememberAs?: string;
}

/**
 * The member's own name, server, room, its secret, token, and STUN and TURN servers, changed while the swarm lives. What was typed can be tested
 * before it is applied; applying says what it will do, asks the new server first, and where joining fails nonetheless, what was
 * before is in force again. Tokens, secrets and credentials are written, and never shown.
 */
export function SettingsPanel({ rememberAs, ...panel }: SettingsPanelProps): ReactNode {
  const texts = useSettingsTexts();
  const connection = useConnectionTexts();
  const status = useSwarmStatus();
  return (
    <Panel
      title={texts.title}
      {...panel}
      name="settings"
      state={status}
      aside={<StateWord state={status} word={connection.status[status]} />}
    >
      <Form rememberAs={rememberAs} isOff={status === "off"} />
    </Panel>
  );
}

interface FormProps {
  readonly rememberAs: string | undefined;
  readonly isOff: boolean;
}

function Form({ rememberAs, isOff }: FormProps): ReactNode {
  const texts = useSettingsTexts();
  const form = useSettingsForm(rememberAs);
  const shown = useShownProblems(form.problems);
  const element = useRef<HTMLFormElement>(null);
  // Once the problems are shown, the first of them has the focus.
  useEffect(() => {
    if (shown.attempts > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [shown.attempts]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (form.problems.size > 0) return shown.showAll();
    if (!form.isDirty || form.apply.state === "running") return;
    shown.hideAll();
    void form.submit();
  };
  return (
    <form
      ref={element}
      className="ps-settings"
      aria-label={texts.form}
      data-form={formState(form)}
      noValidate
      onSubmit={submit}
      onBlur={({ target }: FocusEvent<HTMLElement>) => {
        if (target instanceof HTMLInputElement) shown.touch(target.name);
      }}
    >
      <Parts form={form} shown={shown} isOff={isOff} />
      {rememberAs !== undefined && (
        <RememberChoice value={form.remembering.value} onChange={form.remembering.choose} />
      )}
      <FormEnd form={form} shownProblems={shown.count} />
    </form>
  );
}

function formState({ apply, isDirty, note }: SettingsForm): string {
  if (apply.state === "running") return "applying";
  if (apply.state === "failed") return "failed";
  if (isDirty) return "changed";
  return note === "applied" ? "applied" : "unchanged";
}

interface PartsProps {
  readonly form: SettingsForm;
  readonly shown: ReturnType<typeof useShownProblems>;
  readonly isOff: boolean;
}

const SERVER_FIELDS = ["url", "room", "token", "key"];

function Parts({ form, shown, isOff }: PartsProps): ReactNode {
  const texts = useSettingsTexts();
  const [open, setOpen] = useState<Readonly<Record<string, boolean>>>({});
  const { inForce, draft, edit: onEdit, problems } = form;
  const { transport } = inForce.settings;
  const part = { inForce, draft, onEdit, problemAt: shown.at };
  const isAtFault = (...fields: readonly string[]): boolean => fields.some((field) => shown.has(field));
  const iceFields = [...draft.iceRows.map(({ rowKey }) => rowKey), "iceServers", "isRelayOnly"];
  const fold = (name: string, title: string, fields: readonly string[]) => ({
    name,
    title,
    isOpen: open[name] === true || isAtFault(...fields),
    onToggle: (isOpen: boolean) => setOpen((before) => ({ ...before, [name]: isOpen })),
  });
  return (
    <>
      <NameField {...part} />
      <RoomFields {...part} />
      {transport !== undefined && (
        <>
          <ServerFields
            {...part}
            change={form.change}
            hasProblem={SERVER_FIELDS.some((field) => problems.has(field))}
            onProblem={shown.showAll}
          />
          <Fold {...fold("access", texts.access, ["token", "key"])}>
            <AccessFields {...part} />
          </Fold>
          <Fold {...fold("ice", texts.ice, iceFields)}>
            <IceServers
              draft={draft}
              areFetched={transport.iceServers === undefined}
              problemAt={shown.at}
              hasProblem={(field) => problems.has(field)}
              onEdit={onEdit}
              onTouched={shown.touch}
            />
          </Fold>
          {isOff && <p className="ps-setting-hint">{texts.testExposes}</p>}
        </>
      )}
    </>
  );
}
