import { type ReactNode, useId } from "react";
import { useLocale } from "../texts/TextsProvider.js";
import { formatCount } from "./format.js";

interface ChoiceProps<Value extends string> {
  /** What is chosen, for screen readers. */
  readonly legend: string;
  /** What can be chosen, with its word, in this order. */
  readonly words: Readonly<Record<Value, string>>;
  /** How many there are of each, as far as that is to be shown. */
  readonly counts?: Readonly<Partial<Record<Value, number>>>;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of a few, side by side. */
export function Choice<Value extends string>(props: ChoiceProps<Value>): ReactNode {
  const { legend, words, counts, value, onChange } = props;
  const name = useId();
  return (
    <fieldset className="ps-choice">
      <legend className="ps-hidden">{legend}</legend>
      {(Object.keys(words) as Value[]).map((option) => (
        <label key={option}>
          <input
            className="ps-hidden"
            type="radio"
            name={name}
            value={option}
            checked={value === option}
            onChange={() => onChange(option)}
          />
          <span>
            <bdi>{words[option]}</bdi>
            <Count count={counts?.[option]} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Count({ count }: { readonly count: number | undefined }): ReactNode {
  const locale = useLocale();
  if (count === undefined) return null;
  return (
    <span className="ps-choice-count" data-value={count}>
      {formatCount(count, locale)}
    </span>
  );
}
