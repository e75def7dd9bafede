import { type ReactNode, useId, useState } from "react";
import type { LaneName } from "../core/index.js";
import { type TrafficColumn, type TrafficOrder, useNow, useStats, useTrafficRows } from "../hooks/index.js";
import { formatBytes, formatCount, formatDuration, formatTime } from "./parts/format.js";
import { DownIcon, UpIcon } from "./parts/icons.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useTexts } from "./texts/TextsProvider.js";
import type { Texts } from "./texts/texts.js";

const VIEWS = ["type", "lane", "reason"] as const;
type View = (typeof VIEWS)[number];

/**
 * Messages and bytes since counting began: sent, received and dropped in total, and as a table that can be
 * sorted, per message type, per lane, and per reason for which something was dropped.
 */
export function MessageStatsPanel(props: PanelProps): ReactNode {
  const { messageStats: texts } = useTexts();
  const [view, setView] = useState<View>("type");
  const isEmpty = useStats(({ total }) => total.messagesSent + total.messagesReceived === 0);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="message-stats"
      state={isEmpty ? "empty" : "full"}
      aside={<Since />}
    >
      <Totals />
      <ViewChoice view={view} onChange={setView} />
      {view === "reason" ? <Dropped /> : <TrafficTable key={view} by={view} isEmpty={isEmpty} />}
    </Panel>
  );
}

function Since(): ReactNode {
  const { messageStats: texts, locale } = useTexts();
  const startedAtMs = useStats((stats) => stats.startedAtMs);
  const nowMs = useNow();
  // Before the swarm has run nothing was counted, and a server must not tell its own time.
  if (startedAtMs === 0 || nowMs === undefined) return null;
  return (
    <time className="ps-count" dateTime={new Date(startedAtMs).toISOString()}>
      {texts.since(formatTime(startedAtMs, locale), formatDuration(nowMs - startedAtMs, locale))}
    </time>
  );
}

function Totals(): ReactNode {
  const { messageStats: texts } = useTexts();
  const { messagesSent, messagesReceived, bytesSent, bytesReceived } = useStats((stats) => stats.total);
  return (
    <dl className="ps-totals">
      <Total name="sent" term={texts.sent} messages={messagesSent} bytes={bytesSent} />
      <Total name="received" term={texts.received} messages={messagesReceived} bytes={bytesReceived} />
    </dl>
  );
}

interface TotalProps {
  readonly name: string;
  readonly term: string;
  readonly messages: number;
  readonly bytes: number;
}

function Total({ name, term, messages, bytes }: TotalProps): ReactNode {
  const { messageStats: texts, common, locale } = useTexts();
  return (
    <div className="ps-total" data-total={name} data-messages={messages} data-bytes={bytes}>
      <dt>{term}</dt>
      <dd>
        <span className="ps-metric-value">{formatBytes(bytes, locale, common.byteUnits)}</span>
        <span className="ps-unit">{texts.messages(messages, formatCount(messages, locale))}</span>
      </dd>
    </div>
  );
}

interface ViewChoiceProps {
  readonly view: View;
  readonly onChange: (view: View) => void;
}

function ViewChoice({ view, onChange }: ViewChoiceProps): ReactNode {
  const { messageStats: texts, locale } = useTexts();
  const name = useId();
  const dropped = useStats((stats) => sumOf(stats.dropped));
  const words = { type: texts.byType, lane: texts.byLane, reason: texts.byReason };
  return (
    <fieldset className="ps-choice">
      <legend className="ps-hidden">{texts.view}</legend>
      {VIEWS.map((option) => (
        <label key={option}>
          <input
            className="ps-hidden"
            type="radio"
            name={name}
            value={option}
            checked={view === option}
            onChange={() => onChange(option)}
          />
          <span>
            {words[option]}
            {option === "reason" && dropped > 0 && (
              <span className="ps-choice-count" data-dropped={dropped}>
                {formatCount(dropped, locale)}
              </span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface TrafficTableProps {
  readonly by: "type" | "lane";
  readonly isEmpty: boolean;
}

function TrafficTable({ by, isEmpty }: TrafficTableProps): ReactNode {
  const { messageStats: texts, common, locale } = useTexts();
  const { rows, order, sortBy } = useTrafficRows(by);
  const header = (column: TrafficColumn, word: string, group?: string): ReactNode => (
    <SortHeader column={column} word={word} group={group} order={order} onSort={sortBy} />
  );
  if (by === "type" && isEmpty) return <p className="ps-empty ps-table-empty">{texts.empty}</p>;
  const count = (column: string, value: number, text: string): ReactNode => (
    <td data-column={column} data-value={value}>
      {text}
    </td>
  );
  const bytes = (value: number): string => formatBytes(value, locale, common.byteUnits);
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
          <tr key={row.name} data-name={row.name}>
            <th scope="row">
              <bdi>{by === "lane" ? texts.laneNames[row.name as LaneName] : row.name}</bdi>
            </th>
            {count("messagesSent", row.messagesSent, formatCount(row.messagesSent, locale))}
            {count("bytesSent", row.bytesSent, bytes(row.bytesSent))}
            {count("messagesReceived", row.messagesReceived, formatCount(row.messagesReceived, locale))}
            {count("bytesReceived", row.bytesReceived, bytes(row.bytesReceived))}
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
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

function Dropped(): ReactNode {
  const { messageStats: texts, locale } = useTexts();
  const all = useTexts();
  const dropped = useStats((stats) => stats.dropped);
  const rows = Object.entries(dropped).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return <p className="ps-empty ps-table-empty">{texts.nothingDropped}</p>;
  return (
    <ScrollingTable caption={texts.caption.reason}>
      <thead>
        <tr>
          <th scope="col">{texts.reason}</th>
          <th scope="col">{texts.count}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([code, count]) => (
          <tr key={code} data-code={code}>
            <th scope="row">{reasonWord(code, all)}</th>
            <td data-value={count}>{formatCount(count, locale)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  );
}

const CONNECT = "connect:";

function reasonWord(code: string, { messageStats, peers }: Texts): string {
  if (!code.startsWith(CONNECT)) return messageStats.reasons[code] ?? code;
  const failure = code.slice(CONNECT.length);
  return messageStats.notConnected(peers.dialFailures[failure] ?? failure);
}

interface ScrollingTableProps {
  readonly caption: string;
  readonly className?: string;
  readonly children: ReactNode;
}

function ScrollingTable({ caption, className = "", children }: ScrollingTableProps): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className="ps-scroll" role="group" aria-label={caption} tabIndex={0}>
      <table className={`ps-table ${className}`.trim()}>
        <caption>{caption}</caption>
        {children}
      </table>
    </div>
  );
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
