import { type FocusEvent, type ReactNode, useRef } from "react";
import type { SettingsChange } from "../../core/index.js";
import { formatCount } from "../parts/format.js";
import { useSettingsTexts } from "../texts/settingsTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { type IceRow, kindOf, serverOf } from "./form.js";
import { SettingsField } from "./SettingsField.js";
import { SettingsTestBox } from "./SettingsTestBox.js";

interface IceServerRowProps {
  readonly row: IceRow;
  /** From 0. */
  readonly place: number;
  readonly problem: string | undefined;
  readonly hasProblem: boolean;
  readonly isNew: boolean;
  readonly onChange: (row: IceRow) => void;
  readonly onRemove: (rowKey: string) => void;
  /** Somebody is done with it, or wants to test what cannot be used. */
  readonly onTouched: (rowKey: string) => void;
}

/** One STUN or TURN server: addresses, username, credential, and its test. */
export function IceServerRow(props: IceServerRowProps): ReactNode {
  const { row, place, problem, hasProblem, isNew, onChange, onRemove, onTouched } = props;
  const texts = useSettingsTexts();
  const locale = useLocale();
  const kind = kindOf(row);
  const number = formatCount(place + 1, locale);
  const first = useRef(isNew);
  const takeFocusOnce = (input: HTMLInputElement | null): void => {
    if (input !== null && first.current) input.focus();
    first.current = false;
  };
  const change = (changed: Partial<IceRow>): void => onChange({ ...row, ...changed });
  const leave = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (!currentTarget.contains(relatedTarget)) onTouched(row.rowKey);
  };
  return (
    <li className="ps-ice" data-kind={kind}>
      <fieldset onBlur={leave}>
        <legend>{texts.iceServer(number, texts.kind[kind])}</legend>
        <SettingsField
          name="urls"
          label={texts.urls}
          hint={row.urls === "" ? texts.urlsHint : undefined}
          value={row.urls}
          problem={problem}
          inputRef={takeFocusOnce}
          onChange={(urls) => change({ urls })}
        />
        {kind === "turn" && (
          <div className="ps-ice-account">
            <SettingsField
              name="username"
              label={texts.username}
              value={row.username}
              onChange={(username) => change({ username })}
            />
            <SettingsField
              name="credential"
              label={texts.credential}
              isSecret
              value={row.credential}
              placeholder={"keep" in serverOf(row) ? texts.isSet : texts.isNotSet}
              onChange={(credential) => change({ credential })}
            />
          </div>
        )}
        <SettingsTestBox
          part="ice"
          change={testOf(row)}
          label={texts.testIce}
          accessibleLabel={texts.testIceServer(number)}
          hasProblem={hasProblem}
          onProblem={() => onTouched(row.rowKey)}
        >
          <button
            type="button"
            className="ps-button"
            data-small
            aria-label={texts.remove(number)}
            onClick={() => onRemove(row.rowKey)}
          >
            {texts.removeIce}
          </button>
        </SettingsTestBox>
      </fieldset>
    </li>
  );
}

/** This server alone; a TURN server counts only where it passes data on. */
function testOf(row: IceRow): SettingsChange {
  return { iceServers: [serverOf(row)], icePolicy: kindOf(row) === "turn" ? "relay" : "all" };
}
