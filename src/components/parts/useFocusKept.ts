import { type FocusEvent, type RefObject, useEffect, useRef } from "react";
import { hasFocus } from "./hasFocus.js";

/** What {@link useFocusKept} gives, for an element with `tabIndex={-1}`. */
export interface FocusKept<Kept extends HTMLElement> {
  readonly ref: RefObject<Kept | null>;
  readonly onFocus: () => void;
  readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
}

/**
 * Gives the focus to an element when the control inside of it that had the focus goes away, so that the keyboard does not
 * begin the page anew. The component that calls it has to render when the control goes.
 */
export function useFocusKept<Kept extends HTMLElement>(): FocusKept<Kept> {
  const ref = useRef<Kept>(null);
  const isInside = useRef(false);
  useEffect(() => {
    if (isInside.current && ref.current !== null && !hasFocus(ref.current)) ref.current.focus();
  });
  return {
    ref,
    onFocus: () => {
      isInside.current = true;
    },
    onBlur: ({ currentTarget, relatedTarget }) => {
      isInside.current = currentTarget.contains(relatedTarget);
    },
  };
}
