import { type ReactNode, useState } from "react";
import type { Direction } from "../core/index.js";
import { useNow, useStats } from "../hooks/index.js";
import { DroppedTable } from "./messageStats/DroppedTable.js";
import { TrafficTable } from "./messageStats/TrafficTable.js";
import { Choice } from "./parts/Choice.js";
import { EventsBehind } from "./parts/EventsBehind.js";
import { formatBytes, formatCount, formatDuration, formatTime } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useCommonTexts } from "./texts/commonTexts.js";
import { useEventsTexts } from "./texts/eventsTexts.js";
import { useMessageStatsTexts } from "./texts/messageStatsTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

type View = "type" | "lane" | "reason";

/**
 * Messages and bytes since counting began: sent, received and dropped in total, and as a table that can be
 * sorted, per message type, per lane, and per reason for which something was dropped.
 */
export function MessageStatsPanel(props: PanelProps): ReactNode {
  const texts = useMessageStatsTexts();
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
      {view === "reason" ? <DroppedTable /> : <TrafficTable key={view} by={view} isEmpty={isEmpty} />}
    </Panel>
  );
}

function Since(): ReactNode {
  const texts = useMessageStatsTexts();
  const locale = useLocale();
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
  const texts = useMessageStatsTexts();
  const { messagesSent, messagesReceived, bytesSent, bytesReceived } = useStats((stats) => stats.total);
  return (
    <dl className="ps-totals">
      <Total name="sent" term={texts.sent} messages={messagesSent} bytes={bytesSent} />
      <Total name="received" term={texts.received} messages={messagesReceived} bytes={bytesReceived} />
    </dl>
  );
}

interface TotalProps {
  readonly name: Direction;
  readonly term: string;
  readonly messages: number;
  readonly bytes: number;
}

function Total({ name, term, messages, bytes }: TotalProps): ReactNode {
  const texts = useMessageStatsTexts();
  const events = useEventsTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const query = { direction: name };
  const amount = formatBytes(bytes, locale, common.byteUnits);
  const count = texts.messages(messages, formatCount(messages, locale));
  return (
    <div className="ps-metric" data-total={name} data-messages={messages} data-bytes={bytes}>
      <dt>{term}</dt>
      <dd>
        <span className="ps-metric-value">
          <EventsBehind
            what={texts.behind({ number: amount, direction: name })}
            query={query}
            aggregate={events.linkBytes}
          >
            {amount}
          </EventsBehind>
        </span>{" "}
        <span className="ps-unit">
          <EventsBehind what={texts.behind({ number: count, direction: name })} query={query}>
            {count}
          </EventsBehind>
        </span>
      </dd>
    </div>
  );
}

interface ViewChoiceProps {
  readonly view: View;
  readonly onChange: (view: View) => void;
}

function ViewChoice({ view, onChange }: ViewChoiceProps): ReactNode {
  const texts = useMessageStatsTexts();
  const dropped = useStats((stats) => sumOf(stats.dropped));
  return (
    <Choice
      legend={texts.view}
      words={{ type: texts.byType, lane: texts.byLane, reason: texts.byReason }}
      counts={dropped > 0 ? { reason: dropped } : undefined}
      value={view}
      onChange={onChange}
    />
  );
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
