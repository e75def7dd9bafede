import {
  type KeyboardEvent,
  type ReactNode,
  type SyntheticEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import type { EventQuery } from "../../core/index.js";
import { useEvents, useNow } from "../../hooks/index.js";
import { useEventsTexts } from "../texts/eventsTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { EventList } from "./EventList.js";
import { focusNearest } from "./focusNearest.js";
import { formatCount, formatTime } from "./format.js";
import { CrossIcon } from "./icons.js";
import { usePeerNames } from "./usePeerNames.js";

/** Props of {@link EventsDialog}; those that say what to show are taken as they are when it opens. */
export interface EventsDialogProps {
  readonly what: string;
  readonly query?: EventQuery;
  readonly withinMs?: number;
  readonly aggregate?: string;
  /** What was clicked, and all around it: the dialog is put into its panel, so that it looks as the panel does. */
  readonly openerPath: readonly HTMLElement[];
  readonly onClose: () => void;
}

/** The events behind a number, as they were when it was opened. */
export function EventsDialog(props: EventsDialogProps): ReactNode {
  const { what, query, withinMs, aggregate, openerPath, onClose } = props;
  const texts = useEventsTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const closeButton = useRef<HTMLButtonElement>(null);
  const titleId = useId();
  const [turn, setTurn] = useState(0);
  const pressed = useRef<EventTarget>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const close = (): void => {
    onClose();
    // The browser does so too, where a click gives the focus to a button and the button is still there.
    focusNearest(openerPath);
  };
  return createPortal(
    <dialog
      ref={dialog}
      className="ps-dialog"
      aria-labelledby={titleId}
      onClose={close}
      onPointerDown={({ target }) => {
        pressed.current = target;
      }}
      onClick={({ target, currentTarget }) => {
        // The dialog fills the box of the element: what is clicked on the element itself lies outside. A press that began
        // inside, as that of somebody who selects text, closes nothing.
        if (target === currentTarget && pressed.current === target) currentTarget.close();
      }}
      onKeyDown={keepToItself}
      onFocus={keepToItself}
      onBlur={keepToItself}
    >
      <div className="ps-dialog-body">
        <header className="ps-dialog-header">
          <h2 className="ps-panel-title" id={titleId}>
            {texts.title(what)}
          </h2>
          <button
            ref={closeButton}
            type="button"
            className="ps-icon-button"
            aria-label={texts.close}
            onClick={() => dialog.current?.close()}
          >
            <CrossIcon />
          </button>
        </header>
        {query !== undefined && (
          <Events
            key={turn}
            query={query}
            withinMs={withinMs}
            onShowNewer={() => {
              setTurn(turn + 1);
              closeButton.current?.focus();
            }}
          />
        )}
        {aggregate !== undefined && <p className="ps-dialog-note">{aggregate}</p>}
      </div>
    </dialog>,
    homeOf(openerPath),
  );
}

interface EventsProps {
  readonly query: EventQuery;
  readonly withinMs?: number | undefined;
  readonly onShowNewer: () => void;
}

function Events({ query: asked, withinMs, onShowNewer }: EventsProps): ReactNode {
  const texts = useEventsTexts();
  const locale = useLocale();
  const now = useNow();
  const [nowMs] = useState(now);
  const [query] = useState<EventQuery>(() =>
    withinMs === undefined || nowMs === undefined ? asked : { ...asked, sinceMs: nowMs - withinMs },
  );
  const { events, counted, isComplete, waiting } = useEvents(query, { isHeld: true });
  const names = usePeerNames();
  return (
    <>
      <p className="ps-dialog-note" data-kept={events.length} data-counted={counted}>
        {texts.keptOf({
          kept: formatCount(events.length, locale),
          keptCount: events.length,
          counted: counted === undefined ? undefined : formatCount(counted, locale),
          isComplete,
        })}
      </p>
      {events.length > 0 && <EventList events={events} names={names} label={texts.list} nowMs={nowMs} />}
      <div className="ps-dialog-foot">
        {nowMs !== undefined && <p>{texts.frozen(formatTime(nowMs, locale))}</p>}
        {waiting > 0 && (
          <button type="button" className="ps-button" data-small onClick={onShowNewer}>
            {texts.showNewer(formatCount(waiting, locale))}
          </button>
        )}
      </div>
    </>
  );
}

// In React's tree it is part of a row, which has keys of its own, and stands still while the focus is in it.
function keepToItself(event: KeyboardEvent | SyntheticEvent): void {
  event.stopPropagation();
}

/** Where it looks as its opener does, and is no part of a paragraph or a table. */
function homeOf(openerPath: readonly HTMLElement[]): Element | ShadowRoot {
  const root = openerPath.at(-1)?.getRootNode();
  const panel = openerPath.find((element) => element.matches(".ps-panel, [data-theme]"));
  return panel ?? (root instanceof ShadowRoot ? root : document.body);
}
