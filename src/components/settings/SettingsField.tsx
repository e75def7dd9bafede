import { type ReactNode, useId } from "react";

interface SettingsFieldProps {
  readonly label: string;
  /** As `name` of the input. */
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  /** What is wrong with it, once that is to be shown. */
  readonly problem?: string | undefined;
  /** Whether the value is hidden while it is typed. */
  readonly isSecret?: boolean;
  readonly placeholder?: string | undefined;
  readonly maxLength?: number;
  /** Takes the focus when it comes. */
  readonly inputRef?: ((input: HTMLInputElement | null) => void) | undefined;
}

/** An input with its label, what it is for, and what is wrong with it. */
export function SettingsField(props: SettingsFieldProps): ReactNode {
  const { label, name, value, onChange, hint, problem, isSecret, placeholder, maxLength, inputRef } = props;
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, problem !== undefined && `${id}-problem`];
  return (
    <div className="ps-setting" data-field={name}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        ref={inputRef}
        className="ps-input"
        name={name}
        type={isSecret ? "password" : "text"}
        // Not a password of the site's: none is to be offered for it, or kept.
        autoComplete={isSecret ? "new-password" : "off"}
        autoCapitalize="none"
        spellCheck={false}
        dir={isSecret ? undefined : "auto"}
        value={value}
        placeholder={placeholder}
        maxLength={maxLength}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={described.filter(Boolean).join(" ") || undefined}
        onChange={({ target }) => onChange(target.value)}
      />
      {hint !== undefined && (
        <p className="ps-setting-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p className="ps-setting-problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

interface SecretFieldProps extends Omit<SettingsFieldProps, "isSecret" | "placeholder"> {
  /** Whether there is one now. */
  readonly isSet: boolean;
  readonly isSetText: string;
  readonly isNotSetText: string;
  readonly removeLabel: string;
  readonly isRemoved: boolean;
  readonly onRemove: (isRemoved: boolean) => void;
}

/** Something that can be written and removed, and is never shown. */
export function SecretField(props: SecretFieldProps): ReactNode {
  const { isSet, isSetText, isNotSetText, removeLabel, isRemoved, onRemove, ...field } = props;
  return (
    <div className="ps-setting-secret">
      <SettingsField {...field} isSecret placeholder={isSet && !isRemoved ? isSetText : isNotSetText} />
      {isSet && field.value === "" && (
        <label className="ps-tick">
          <input type="checkbox" checked={isRemoved} onChange={({ target }) => onRemove(target.checked)} />
          <span>{removeLabel}</span>
        </label>
      )}
    </div>
  );
}
