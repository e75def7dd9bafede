const NOTHING = Symbol("nothing");

/** What a component shows now. Written with the commit, so that a discarded render leaves no trace. */
export class Shown<Value> {
  #value: Value | typeof NOTHING = NOTHING;

  show(value: Value): void {
    this.#value = value;
  }

  /** What is shown, where it equals `candidate`; else `candidate`. */
  preferred(candidate: Value, isEqual: (a: Value, b: Value) => boolean): Value {
    return this.#value !== NOTHING && isEqual(this.#value, candidate) ? this.#value : candidate;
  }
}

/** What {@link memoise} selects from, and how. */
export interface Selection<Input, Selected> {
  readonly read: () => Input;
  readonly select: (input: Input) => Selected;
  readonly isEqual: (a: Selected, b: Selected) => boolean;
  readonly shown: Shown<Selected>;
}

/**
 * A `getSnapshot` that selects again only after its input changed, and that answers an equal selection with
 * the reference that is shown, whichever render's selector it came from.
 */
export function memoise<Input, Selected>({
  read,
  select,
  isEqual,
  shown,
}: Selection<Input, Selected>): () => Selected {
  let memo: { readonly input: Input; readonly selected: Selected } | undefined;
  return () => {
    const input = read();
    if (memo !== undefined && Object.is(memo.input, input)) return memo.selected;
    const selected = shown.preferred(select(input), isEqual);
    memo = { input, selected };
    return selected;
  };
}
