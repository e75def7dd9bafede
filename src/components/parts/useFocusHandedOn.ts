import { type RefCallback, useCallback, useRef } from "react";
import { hasFocus } from "./hasFocus.js";

/**
 * For `ref` of one focusable element in each of several views of which one is shown at a time: a view that goes with the
 * focus inside of it hands it on to the element of the next.
 * @param view selects what a view is, from its element up
 */
export function useFocusHandedOn(view: string): RefCallback<HTMLElement> {
  const shown = useRef<HTMLElement>(null);
  const hadFocus = useRef(false);
  return useCallback(
    (element: HTMLElement | null) => {
      if (element === null) {
        // Refs are let go of before their elements are taken away.
        const home = shown.current?.closest(view);
        hadFocus.current = home instanceof Element && hasFocus(home);
        return;
      }
      shown.current = element;
      if (hadFocus.current) element.focus();
      hadFocus.current = false;
    },
    [view],
  );
}
