import { type ReactNode, useId, useRef, useState } from "react";
import { useSettingsTexts } from "../texts/settingsTexts.js";
import { type Draft, type Edits, type IceRow, serverOf } from "./form.js";
import { IceServerRow } from "./IceServerRow.js";

interface IceServersProps {
  readonly draft: Draft;
  /** Whether the app fetches its servers, and nobody has named others. */
  readonly areFetched: boolean;
  readonly problemAt: (field: string) => string | undefined;
  readonly hasProblem: (field: string) => boolean;
  readonly onEdit: (edits: Edits) => void;
  readonly onTouched: (field: string) => void;
}

/** STUN and TURN servers, and whether only TURN is used. */
export function IceServers(props: IceServersProps): ReactNode {
  const { draft, areFetched, problemAt, hasProblem, onEdit, onTouched } = props;
  const texts = useSettingsTexts();
  const [added, setAdded] = useState(0);
  const addButton = useRef<HTMLButtonElement>(null);
  const { iceRows, isRelayOnly } = draft;
  const put = (rows: readonly IceRow[]): void => onEdit({ iceRows: rows });
  const add = (): void => {
    const rowKey = `new-${added}`;
    setAdded(added + 1);
    put([...iceRows, { rowKey, origin: undefined, urls: "", username: "", credential: "" }]);
  };
  const remove = (rowKey: string): void => {
    put(iceRows.filter((row) => row.rowKey !== rowKey));
    addButton.current?.focus();
  };
  const problemOf = (row: IceRow): string | undefined => {
    const problem = problemAt(row.rowKey);
    const needsRetyping = row.origin?.hasCredential && !("keep" in serverOf(row)) && row.credential === "";
    return problem !== undefined && needsRetyping ? texts.retype : problem;
  };
  return (
    <>
      <p className="ps-setting-hint">{texts.iceHint}</p>
      {iceRows.length === 0 && (
        <p className="ps-setting-hint">{areFetched ? texts.iceFetched : texts.iceNone}</p>
      )}
      <ul className="ps-list ps-ice-list" aria-label={texts.ice}>
        {iceRows.map((row, place) => (
          <IceServerRow
            key={row.rowKey}
            row={row}
            place={place}
            problem={problemOf(row)}
            hasProblem={hasProblem(row.rowKey)}
            isNew={row.rowKey === `new-${added - 1}`}
            onChange={(changed) => put(iceRows.map((each) => (each.rowKey === row.rowKey ? changed : each)))}
            onRemove={remove}
            onTouched={onTouched}
          />
        ))}
      </ul>
      <Problem text={problemAt("iceServers")} />
      <button type="button" className="ps-button" data-small ref={addButton} onClick={add}>
        {texts.add}
      </button>
      <RelayOnly
        isRelayOnly={isRelayOnly}
        problem={problemAt("isRelayOnly")}
        onChange={(value) => onEdit({ isRelayOnly: value })}
      />
    </>
  );
}

interface RelayOnlyProps {
  readonly isRelayOnly: boolean;
  readonly problem: string | undefined;
  readonly onChange: (isRelayOnly: boolean) => void;
}

function RelayOnly({ isRelayOnly, problem, onChange }: RelayOnlyProps): ReactNode {
  const texts = useSettingsTexts();
  const id = useId();
  return (
    <div className="ps-setting" data-field="isRelayOnly">
      <label className="ps-tick">
        <input
          type="checkbox"
          checked={isRelayOnly}
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={problem === undefined ? `${id}-hint` : `${id}-hint ${id}-problem`}
          onChange={({ target }) => onChange(target.checked)}
        />
        <span>{texts.relayOnly}</span>
      </label>
      <p className="ps-setting-hint" id={`${id}-hint`}>
        {texts.relayHint}
      </p>
      <Problem id={`${id}-problem`} text={problem} />
    </div>
  );
}

function Problem({ id, text }: { readonly id?: string; readonly text: string | undefined }): ReactNode {
  if (text === undefined) return null;
  return (
    <p className="ps-setting-problem" id={id}>
      {text}
    </p>
  );
}
