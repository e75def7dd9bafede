import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { PANELS, type PanelName, panelTitle } from "../components/panels.js";
import { useTexts } from "../components/texts/useTexts.js";

interface DevtoolsTabsProps {
  readonly panels: readonly PanelName[];
  readonly shown: PanelName;
  readonly onShow: (panel: PanelName) => void;
}

/** One panel at a time, chosen by tabs. The others are not there, and cost nothing. */
export function DevtoolsTabs({ panels, shown, onShow }: DevtoolsTabsProps): ReactNode {
  const texts = useTexts();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const Shown = PANELS[shown];

  const show = (panel: PanelName | undefined): void => {
    if (panel === undefined) return;
    onShow(panel);
    list.current?.querySelector<HTMLElement>(`[data-tab="${panel}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const to = neighbour(event, panels.indexOf(shown), panels.length);
    if (to === undefined) return;
    event.preventDefault();
    show(panels[to]);
  };

  return (
    <>
      <div
        className="ps-devtools-tabs"
        role="tablist"
        aria-label={texts.devtools.panels}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {panels.map((panel) => (
          <button
            key={panel}
            type="button"
            role="tab"
            id={`${id}-${panel}`}
            data-tab={panel}
            aria-selected={panel === shown}
            aria-controls={`${id}-panel`}
            tabIndex={panel === shown ? 0 : -1}
            onClick={() => show(panel)}
          >
            {panelTitle(panel, texts)}
          </button>
        ))}
      </div>
      <div
        className="ps-devtools-shown"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${shown}`}
      >
        <Shown key={shown} />
      </div>
    </>
  );
}

/** Where a key leads among so many tabs: the arrows go around, and follow the direction of the script. */
function neighbour(event: KeyboardEvent<HTMLElement>, at: number, count: number): number | undefined {
  const isLeftward = getComputedStyle(event.currentTarget).direction === "rtl";
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: isLeftward ? -1 : 1,
    ArrowLeft: isLeftward ? 1 : -1,
    Home: -at,
    End: count - 1 - at,
  };
  const step = steps[event.key];
  return step === undefined ? undefined : (at + step + count) % count;
}
