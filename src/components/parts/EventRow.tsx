import { memo, type ReactNode } from "react";
import type { RecentEvent } from "../../core/index.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useEventsTexts } from "../texts/eventsTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { formatAgo, formatBytes, formatTime } from "./format.js";
import { CrossIcon, DownIcon, UpIcon } from "./icons.js";
import { shortPeerId } from "./peerLabel.js";
import type { LongListRow } from "./useLongList.js";
import { useReasonWord } from "./useReasonWord.js";

const ICONS = { sent: UpIcon, received: DownIcon, dropped: CrossIcon };

interface EventRowProps {
  readonly event: RecentEvent;
  /** What to call its peer; of one that has gone, its id is left. */
  readonly name: string | undefined;
  readonly itemProps: LongListRow["itemProps"];
  /** For how long ago it was; left out, only the time of day is shown. */
  readonly nowMs?: number | undefined;
}

/** A row of a list of messages and drops: direction, type or reason, peer, size and time. */
export function EventRow({ event, name, itemProps, nowMs }: EventRowProps): ReactNode {
  return (
    <li
      className="ps-activity"
      data-direction={event.direction}
      data-type={event.type}
      data-reason={event.reason}
      data-peer-id={event.peerId}
      {...itemProps}
    >
      <EventCells event={event} name={name} nowMs={nowMs} />
    </li>
  );
}

const EventCells = memo(function EventCells({ event, name, nowMs }: Omit<EventRowProps, "itemProps">) {
  const texts = useEventsTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const { direction, bytes, timeMs } = event;
  const Icon = ICONS[direction];
  return (
    <>
      <span className="ps-activity-direction">
        <Icon />
        <span className="ps-hidden">{texts.direction[direction]} </span>
      </span>
      <EventName event={event} />
      <span className="ps-activity-peer">
        <EventPeer event={event} name={name} />
      </span>
      <span className="ps-activity-bytes" data-value={bytes}>
        {bytes === undefined ? common.unknown : <bdi>{formatBytes(bytes, locale, common.byteUnits)}</bdi>}
      </span>
      <time className="ps-activity-time" dateTime={new Date(timeMs).toISOString()}>
        {nowMs !== undefined && <span className="ps-activity-ago">{formatAgo(nowMs - timeMs, locale)} </span>}
        {formatTime(timeMs, locale)}
      </time>
    </>
  );
});

/** In two parts, of which the first is cut off where there is little room: not the identity, which nobody can choose. */
function EventPeer({ event, name }: Pick<EventRowProps, "event" | "name">): ReactNode {
  const texts = useEventsTexts();
  const { direction, peerId } = event;
  if (peerId === undefined) return null;
  const shortId = name === undefined ? peerId : shortPeerId(peerId);
  return (
    <>
      <span>
        {texts.peer[direction]}
        {name !== undefined && name !== shortId && (
          <>
            {" "}
            <bdi>{name}</bdi>
          </>
        )}
      </span>{" "}
      <code>{shortId}</code>
    </>
  );
}

function EventName({ event }: { readonly event: RecentEvent }): ReactNode {
  const toWord = useReasonWord();
  const { type, reason } = event;
  if (reason === undefined) return <bdi className="ps-activity-type">{type}</bdi>;
  return (
    <span className="ps-activity-type">
      {toWord(reason)}
      {type !== undefined && (
        <>
          {": "}
          <bdi>{type}</bdi>
        </>
      )}
    </span>
  );
}
