import { memo, type ReactNode } from "react";
import type { Direction, EventQuery, LaneName } from "../../core/index.js";
import { type TrafficColumn, type TrafficOrder, type TrafficRow, useTrafficRows } from "../../hooks/index.js";
import { EventsBehind } from "../parts/EventsBehind.js";
import { formatBytes, formatCount } from "../parts/format.js";
import { DownIcon, UpIcon } from "../parts/icons.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useEventsTexts } from "../texts/eventsTexts.js";
import { useMessageStatsTexts } from "../texts/messageStatsTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { ScrollingTable } from "./ScrollingTable.js";

interface TrafficTableProps {
  readonly by: "type" | "lane";
  readonly isEmpty: boolean;
}

/** Messages and bytes sent and received, per message type or lane, in the order that the visitor chooses. */
export function TrafficTable({ by, isEmpty }: TrafficTableProps): ReactNode {
  const texts = useMessageStatsTexts();
  const { rows, order, sortBy } = useTrafficRows(by);
  const header = (column: TrafficColumn, word: string, group?: string): ReactNode => (
    <SortHeader column={column} word={word} group={group} order={order} onSort={sortBy} />
  );
  if (by === "type" && isEmpty) return <p className="ps-empty ps-table-empty">{texts.empty}</p>;
  return (
    <ScrollingTable caption={texts.caption[by]} className="ps-traffic">
      <thead>
        <tr>
          <td />
          <th scope="colgroup" colSpan={2}>
            <span className="ps-traffic-group">
              <UpIcon />
              {texts.sent}
            </span>
          </th>
          <th scope="colgroup" colSpan={2}>
            <span className="ps-traffic-group">
              <DownIcon />
              {texts.received}
            </span>
          </th>
        </tr>
        <tr>
          {header("name", by === "type" ? texts.type : texts.lane)}
          {header("messagesSent", texts.messagesColumn, texts.sent)}
          {header("bytesSent", texts.bytesColumn, texts.sent)}
          {header("messagesReceived", texts.messagesColumn, texts.received)}
          {header("bytesReceived", texts.bytesColumn, texts.received)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.name} by={by} {...row} />
        ))}
      </tbody>
    </ScrollingTable>
  );
}

// By its numbers and not by its object, which is a new one whenever any row counts on.
const Row = memo(function Row({ by, ...row }: TrafficRow & Pick<TrafficTableProps, "by">) {
  const texts = useMessageStatsTexts();
  const { name, messagesSent, bytesSent, messagesReceived, bytesReceived } = row;
  const label = by === "lane" ? texts.laneNames[name as LaneName] : name;
  const about = by === "lane" ? { lane: name as LaneName } : { type: name };
  return (
    <tr data-name={name}>
      <th scope="row">
        <bdi>{label}</bdi>
      </th>
      <Cells direction="sent" messages={messagesSent} bytes={bytesSent} about={about} label={label} />
      <Cells
        direction="received"
        messages={messagesReceived}
        bytes={bytesReceived}
        about={about}
        label={label}
      />
    </tr>
  );
});

interface CellsProps {
  readonly direction: Direction;
  readonly messages: number;
  readonly bytes: number;
  /** Which type or lane. */
  readonly about: EventQuery;
  readonly label: string;
}

function Cells({ direction, messages, bytes, about, label }: CellsProps): ReactNode {
  const texts = useMessageStatsTexts();
  const events = useEventsTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const query = { ...about, direction };
  const suffix = direction === "sent" ? "Sent" : "Received";
  const count = formatCount(messages, locale);
  const amount = formatBytes(bytes, locale, common.byteUnits);
  const behind = (number: string): string => texts.behind({ number, direction, of: label });
  return (
    <>
      <td data-column={`messages${suffix}`} data-value={messages}>
        <EventsBehind what={behind(texts.messages(messages, count))} query={query}>
          {count}
        </EventsBehind>
      </td>
      <td data-column={`bytes${suffix}`} data-value={bytes}>
        <EventsBehind
          what={behind(amount)}
          query={query}
          aggregate={about.lane === undefined ? undefined : events.linkBytes}
          isTabStop={false}
        >
          {amount}
        </EventsBehind>
      </td>
    </>
  );
}

interface SortHeaderProps {
  readonly column: TrafficColumn;
  readonly word: string;
  /** The group above the column, which a button's name has to carry on its own. */
  readonly group: string | undefined;
  readonly order: TrafficOrder;
  readonly onSort: (column: TrafficColumn) => void;
}

function SortHeader({ column, word, group, order, onSort }: SortHeaderProps): ReactNode {
  const isSorted = order.column === column;
  return (
    <th scope="col" aria-sort={isSorted ? order.direction : undefined}>
      <button type="button" className="ps-sort" onClick={() => onSort(column)}>
        {group !== undefined && <span className="ps-hidden">{group}: </span>}
        {word}
      </button>
    </th>
  );
}
