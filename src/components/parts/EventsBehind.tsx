import { type ReactNode, useState } from "react";
import type { EventQuery } from "../../core/index.js";
import { useEventsTexts } from "../texts/eventsTexts.js";
import { DialogHost, useDialogHost } from "./DialogHost.js";

/** Props of {@link EventsBehind}. */
export interface EventsBehindProps {
  /** What the number is, in words that hold it as it is shown: `391 messages`. */
  readonly what: string;
  /** Which events are behind the number. Left out where none ever were: then `aggregate` says what it is made of. */
  readonly query?: EventQuery;
  /** Only those of so long before now. */
  readonly withinMs?: number;
  /** What else is in the number, or what all of it is, in a sentence. */
  readonly aggregate?: string;
  /** `false` where another number of the same row leads to the same events: Tab passes by this one. Default `true`. */
  readonly isTabStop?: boolean;
  /** The number. */
  readonly children: ReactNode;
}

/**
 * Makes a number a way to the events behind it: a button that looks like the number, and opens a dialog with those that are
 * kept and a sentence about those that are not. The dialog's code is loaded when it is first opened.
 * @example
 * const sent = useStats(({ byType }) => byType.chat?.messagesSent ?? 0);
 * return (
 *   <EventsBehind what={`${sent} messages sent`} query={{ direction: "sent", type: "chat" }}>{sent}</EventsBehind>
 * );
 */
export function EventsBehind(props: EventsBehindProps): ReactNode {
  const show = useDialogHost();
  if (show !== undefined) return <Behind {...props} show={show} />;
  return (
    <DialogHost>
      <EventsBehind {...props} />
    </DialogHost>
  );
}

interface BehindProps extends EventsBehindProps {
  readonly show: (dialog: ReactNode) => void;
}

function Behind({ isTabStop = true, children, show, ...asked }: BehindProps): ReactNode {
  const texts = useEventsTexts();
  const [hasFailed, setFailed] = useState(false);
  // Not by lazy(): a chunk that does not come would take the panel with it, for good.
  const open = (opener: HTMLElement): void => {
    setFailed(false);
    const path = pathOf(opener);
    import("./EventsDialog.js").then(
      ({ EventsDialog }) =>
        show(<EventsDialog {...asked} openerPath={path} onClose={() => show(undefined)} />),
      () => setFailed(true),
    );
  };
  return (
    <>
      <button
        type="button"
        className="ps-behind"
        tabIndex={isTabStop ? undefined : -1}
        aria-haspopup="dialog"
        aria-label={texts.show(asked.what)}
        onClick={({ currentTarget }) => open(currentTarget)}
      >
        {children}
      </button>
      {hasFailed && (
        <span className="ps-behind-failed" role="alert">
          {texts.loadFailed}
        </span>
      )}
    </>
  );
}

/** An element and all around it, up to the page or the shadow root. */
function pathOf(element: HTMLElement): readonly HTMLElement[] {
  const { parentElement } = element;
  return parentElement === null ? [element] : [element, ...pathOf(parentElement)];
}
