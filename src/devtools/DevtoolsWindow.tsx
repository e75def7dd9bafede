import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import type { PanelName } from "../components/panels.js";
import { CrossIcon, MoveIcon, ResizeIcon } from "../components/parts/icons.js";
import { useDevtoolsTexts } from "../components/texts/devtoolsTexts.js";
import { DevtoolsTabs } from "./DevtoolsTabs.js";
import { grownBy, movedBy, type Place } from "./place.js";
import { useDrag } from "./useDrag.js";

interface DevtoolsWindowProps {
  readonly panels: readonly PanelName[];
  readonly shown: PanelName;
  readonly onShow: (panel: PanelName) => void;
  readonly place: Place;
  readonly onPlace: (change: (place: Place) => Place) => void;
  readonly onClose: () => void;
  /** Whether the visitor has just opened it, and so wants to be in it. */
  readonly takesFocus: boolean;
}

// A tick box or a button has no use for Escape.
const FIELD = 'input:not([type="checkbox"], [type="radio"], [type="button"]), select, textarea';

/** The floating window: moved by its head, resized by its corner, closed by Escape, which in a field leaves the field alone. */
export function DevtoolsWindow(props: DevtoolsWindowProps): ReactNode {
  const { panels, shown, onShow, place, onPlace, onClose, takesFocus } = props;
  const texts = useDevtoolsTexts();
  const id = useId();
  const window = useRef<HTMLElement>(null);
  const { onKeyDown: moveByKey, ...moveByPointer } = useDrag((right, down) =>
    onPlace((before) => movedBy(before, right, down)),
  );
  const resize = useDrag((right, down) => onPlace((before) => grownBy(before, right, down)));

  const focusTab = (): void =>
    window.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus is taken once, when the window opens.
  useEffect(() => {
    if (takesFocus) focusTab();
  }, []);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if ((event.target as Element).matches(FIELD)) focusTab();
    else onClose();
  };

  return (
    <section
      className="ps-devtools"
      role="dialog"
      aria-labelledby={id}
      ref={window}
      style={{ ...place }}
      onKeyDown={onKeyDown}
    >
      <header className="ps-devtools-head" {...moveByPointer}>
        <button
          type="button"
          className="ps-icon-button"
          aria-describedby={`${id}-keys`}
          onKeyDown={moveByKey}
        >
          <MoveIcon />
          <span className="ps-hidden">{texts.move}</span>
        </button>
        <h2 className="ps-panel-title" id={id}>
          {texts.title}
        </h2>
        <button type="button" className="ps-icon-button" onClick={onClose}>
          <CrossIcon />
          <span className="ps-hidden">{texts.close}</span>
        </button>
      </header>
      <DevtoolsTabs panels={panels} shown={shown} onShow={onShow} />
      <button
        type="button"
        className="ps-icon-button ps-devtools-corner"
        aria-describedby={`${id}-keys`}
        {...resize}
      >
        <ResizeIcon />
        <span className="ps-hidden">{texts.resize}</span>
      </button>
      <p className="ps-hidden" id={`${id}-keys`}>
        {texts.arrowKeys}
      </p>
    </section>
  );
}
