import { type FocusEvent, useState } from "react";

/** What {@link useHold} gives. */
export interface Hold {
  /** Whether the pointer or the focus is inside. */
  readonly isHeld: boolean;
  /** For the element that is watched. */
  readonly holdProps: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: () => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
  };
}

/**
 * Tells whether somebody is at an element, so that what moves by itself can stand still meanwhile.
 * @example
 * const { isHeld, holdProps } = useHold();
 * const { events } = useEvents({ direction: "received" }, { isHeld });
 * return <ol {...holdProps}>{events.map(({ id, type }) => <li key={id}>{type}</li>)}</ol>;
 */
export function useHold(): Hold {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  return {
    isHeld: isPointed || isFocused,
    holdProps: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
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
