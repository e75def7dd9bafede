import type { ReactNode } from "react";

/** A state as a word, with a mark whose shape differs too, so that it does not rest on colour alone. */
export function StateWord({ state, word }: { readonly state: string; readonly word: string }): ReactNode {
  return (
    <span className="ps-state" data-state={state}>
      <span className="ps-state-mark" aria-hidden="true" />
      {word}
    </span>
  );
}
