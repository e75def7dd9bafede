import { type FocusEvent, useEffect, useRef, useState } from "react";
import { hasFocus } from "./hasFocus.js";

/** What {@link useHold} gives. */
export interface Hold {
  /** Whether the pointer or the focus is inside. */
  readonly isHeld: boolean;
  /** For the element that is watched. */
  readonly holdProps: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
  };
}

/**
 * Tells whether somebody is at an element, so that what moves by itself can stand still meanwhile. The component that calls
 * it has to render when the control that has the focus goes away.
 * @example
 * const { isHeld, holdProps } = useHold();
 * const { events } = useEvents({ direction: "received" }, { isHeld });
 * return <ol {...holdProps}>{events.map(({ id, type }) => <li key={id}>{type}</li>)}</ol>;
 */
export function useHold(): Hold {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const element = useRef<HTMLElement>(null);
  // React tells of no blur where what had the focus was taken out of the page.
  useEffect(() => {
    if (isFocused && element.current !== null && !hasFocus(element.current)) setFocused(false);
  });
  return {
    isHeld: isPointed || isFocused,
    holdProps: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: ({ currentTarget }) => {
        element.current = currentTarget;
        setFocused(true);
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(false);
      },
    },
  };
}

/** The value as it is, and while somebody is at it, as it was when they came. */
export function useHeldValue<Value>(value: Value, isHeld: boolean): Value {
  const [held, setHeld] = useState(value);
  if (!isHeld && held !== value) setHeld(value);
  return isHeld ? held : value;
}
