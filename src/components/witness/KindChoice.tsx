import type { ReactNode } from "react";
import type { WitnessKind } from "../../core/index.js";
import { useWitnessTexts } from "../texts/witnessTexts.js";

interface KindChoiceProps {
  readonly kinds: readonly WitnessKind[];
  readonly kind: WitnessKind | undefined;
  readonly onChange: (kind: WitnessKind | undefined) => void;
}

/** Which kind of record is shown. */
export function KindChoice({ kinds, kind, onChange }: KindChoiceProps): ReactNode {
  const texts = useWitnessTexts();
  // One that was chosen stays to be chosen, though its records are gone.
  const options = kind === undefined || kinds.includes(kind) ? kinds : [kind, ...kinds];
  return (
    <label className="ps-tool">
      <span>{texts.filter}</span>
      <select
        className="ps-select"
        value={kind ?? ""}
        onChange={({ target }) => onChange(options.find((option) => option === target.value))}
      >
        <option value="">{texts.allKinds}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {texts.kind(option)}
          </option>
        ))}
      </select>
    </label>
  );
}
