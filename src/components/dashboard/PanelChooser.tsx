import { type ReactNode, useId, useRef, useState } from "react";
import { PANEL_NAMES, type PanelName, panelTitle } from "../panels.js";
import { DownIcon, UpIcon } from "../parts/icons.js";
import { useDashboardTexts } from "../texts/dashboardTexts.js";
import { useTexts } from "../texts/useTexts.js";
import { movedBy } from "./panelChoice.js";

interface PanelChooserProps {
  readonly chosen: readonly PanelName[];
  readonly onChoose: (names: readonly PanelName[]) => void;
  /** Back to what the app shows by itself. */
  readonly onReset: () => void;
}

/** Shows and hides panels and puts them in order. */
export function PanelChooser({ chosen, onChoose, onReset }: PanelChooserProps): ReactNode {
  const texts = useDashboardTexts();
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setIsOpen(false);
    button.current?.focus();
  };
  return (
    <fieldset
      className="ps-chooser"
      aria-label={texts.chooser}
      onKeyDown={(event) => {
        if (isOpen && event.key === "Escape") close();
      }}
    >
      <button
        type="button"
        className="ps-button"
        data-small=""
        ref={button}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        {texts.choose}
      </button>
      <div className="ps-chooser-box" id={id} hidden={!isOpen}>
        {isOpen && (
          <>
            <Rows chosen={chosen} onChoose={onChoose} />
            <div className="ps-buttons">
              <button type="button" className="ps-button" data-small="" onClick={onReset}>
                {texts.reset}
              </button>
              <button type="button" className="ps-button" data-small="" onClick={close}>
                {texts.done}
              </button>
            </div>
          </>
        )}
      </div>
    </fieldset>
  );
}

type RowsProps = Pick<PanelChooserProps, "chosen" | "onChoose">;

/** The chosen ones in their order, and after them the others. */
function Rows({ chosen, onChoose }: RowsProps): ReactNode {
  const texts = useTexts();
  const [said, setSaid] = useState("");
  const rows = [...chosen, ...PANEL_NAMES.filter((name) => !chosen.includes(name))];
  const move = (name: PanelName, step: -1 | 1): void => {
    const moved = movedBy(chosen, name, step);
    onChoose(moved);
    setSaid(texts.dashboard.place(panelTitle(name, texts), moved.indexOf(name) + 1, moved.length));
  };
  return (
    <>
      <ul className="ps-chooser-list">
        {rows.map((name) => {
          const place = chosen.indexOf(name);
          const title = panelTitle(name, texts);
          return (
            <li key={name} data-chosen={place >= 0 || undefined}>
              <label>
                <input
                  type="checkbox"
                  checked={place >= 0}
                  onChange={() =>
                    onChoose(place >= 0 ? chosen.filter((one) => one !== name) : [...chosen, name])
                  }
                />
                <span>{title}</span>
              </label>
              {place >= 0 && (
                <>
                  <MoveButton
                    name={texts.dashboard.up(title)}
                    isAtEnd={place === 0}
                    onMove={() => move(name, -1)}
                  >
                    <UpIcon />
                  </MoveButton>
                  <MoveButton
                    name={texts.dashboard.down(title)}
                    isAtEnd={place === chosen.length - 1}
                    onMove={() => move(name, 1)}
                  >
                    <DownIcon />
                  </MoveButton>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <p className="ps-hidden" role="status">
        {said}
      </p>
    </>
  );
}

interface MoveButtonProps {
  readonly name: string;
  readonly isAtEnd: boolean;
  readonly onMove: () => void;
  readonly children: ReactNode;
}

// Not disabled at an end: the focus would be lost there.
function MoveButton({ name, isAtEnd, onMove, children }: MoveButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="ps-icon-button"
      aria-label={name}
      aria-disabled={isAtEnd || undefined}
      onClick={isAtEnd ? undefined : onMove}
    >
      {children}
    </button>
  );
}
