import type { ReactNode } from "react";
import type { SettingsChange } from "../../core/index.js";
import { useSettingsTexts } from "../texts/settingsTexts.js";
import type { Draft, Edits, InForce } from "./form.js";
import { SecretField, SettingsField } from "./SettingsField.js";
import { SettingsTestBox } from "./SettingsTestBox.js";

/** What a part of the form is given. */
export interface SettingsPartProps {
  readonly inForce: InForce;
  readonly draft: Draft;
  readonly onEdit: (edits: Edits) => void;
  /** What is wrong with a field, once that is to be shown. */
  readonly problemAt: (field: string) => string | undefined;
}

/** What others call this member. */
export function NameField({ draft, onEdit, problemAt }: SettingsPartProps): ReactNode {
  const texts = useSettingsTexts();
  return (
    <SettingsField
      name="name"
      label={texts.name}
      hint={texts.nameHint}
      value={draft.name}
      problem={problemAt("name")}
      onChange={(name) => onEdit({ name })}
    />
  );
}

/** Which room, and its secret. */
export function RoomFields({ inForce, draft, onEdit, problemAt }: SettingsPartProps): ReactNode {
  const texts = useSettingsTexts();
  return (
    <>
      <SettingsField
        name="room"
        label={texts.room}
        value={draft.room}
        problem={problemAt("room")}
        onChange={(room) => onEdit({ room })}
      />
      <SecretField
        name="secret"
        label={texts.secret}
        hint={texts.secretHint}
        value={draft.secret}
        problem={problemAt("secret")}
        isSet={inForce.settings.hasSecret}
        isSetText={texts.isSet}
        isNotSetText={texts.isNotSet}
        removeLabel={texts.removeSecret}
        isRemoved={draft.removesSecret}
        onRemove={(removesSecret) => onEdit({ removesSecret })}
        onChange={(secret) => onEdit({ secret })}
      />
    </>
  );
}

interface ServerFieldsProps extends SettingsPartProps {
  readonly change: SettingsChange;
  readonly hasProblem: boolean;
  readonly onProblem: () => void;
}

/** Which server, and whether it would have us. */
export function ServerFields(props: ServerFieldsProps): ReactNode {
  const { draft, change, onEdit, problemAt, hasProblem, onProblem } = props;
  const texts = useSettingsTexts();
  const { room, url, key, token } = change;
  const asked: SettingsChange = {
    ...(room !== undefined && { room }),
    ...(url !== undefined && { url }),
    ...(key !== undefined && { key }),
    ...(token !== undefined && { token }),
  };
  return (
    <>
      <SettingsField
        name="url"
        label={texts.server}
        hint={texts.serverHint}
        value={draft.url}
        problem={problemAt("url")}
        onChange={(changed) => onEdit({ url: changed })}
      />
      <SettingsTestBox
        part="server"
        change={asked}
        label={texts.testServer}
        hasProblem={hasProblem}
        onProblem={onProblem}
      />
    </>
  );
}

/** What the server wants to know of us. */
export function AccessFields({ inForce, draft, onEdit, problemAt }: SettingsPartProps): ReactNode {
  const texts = useSettingsTexts();
  return (
    <>
      <SecretField
        name="token"
        label={texts.token}
        hint={texts.tokenHint}
        value={draft.token}
        problem={problemAt("token")}
        isSet={inForce.settings.transport?.hasToken === true}
        isSetText={texts.isSet}
        isNotSetText={texts.isNotSet}
        removeLabel={texts.removeToken}
        isRemoved={draft.removesToken}
        onRemove={(removesToken) => onEdit({ removesToken })}
        onChange={(token) => onEdit({ token })}
      />
      <SettingsField
        name="key"
        label={texts.key}
        hint={texts.keyHint}
        value={draft.key}
        problem={problemAt("key")}
        onChange={(key) => onEdit({ key })}
      />
    </>
  );
}
