import { type ReactNode, useState } from "react";
import { BANDWIDTH_WINDOW_MS, type EventQuery } from "../core/index.js";
import { tableRows } from "../hooks/bandwidthSeries.js";
import { type ChartPoint, useBandwidth, useBandwidthSeries } from "../hooks/index.js";
import { BandwidthChart } from "./bandwidth/BandwidthChart.js";
import { EventsBehind } from "./parts/EventsBehind.js";
import { formatRate } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useTexts } from "./texts/TextsProvider.js";

const METRICS = ["up", "down", "total"] as const;
type Metric = (typeof METRICS)[number];

/**
 * KB/s up, down and in total: the current numbers (average over 10 s) and a chart of the last 60 s, with the
 * same as a table. The one panel that needs recharts.
 */
export function BandwidthPanel(props: PanelProps): ReactNode {
  const { bandwidth: texts } = useTexts();
  const isIdle = useBandwidth(({ total }) => total === 0);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="bandwidth"
      state={isIdle ? "idle" : "active"}
      aside={<span className="ps-count">{texts.window}</span>}
    >
      <dl className="ps-metrics">
        {METRICS.map((metric) => (
          <CurrentRate key={metric} metric={metric} />
        ))}
      </dl>
      <LastMinute />
    </Panel>
  );
}

const QUERIES: Readonly<Record<Metric, EventQuery>> = {
  up: { direction: "sent" },
  down: { direction: "received" },
  total: {},
};

/** A number that doubles as the legend of its line. */
function CurrentRate({ metric }: { readonly metric: Metric }): ReactNode {
  const { bandwidth: texts, events, locale } = useTexts();
  // Selected as text: a change below what is shown renders nothing.
  const rate = useBandwidth((bandwidth) => formatRate(bandwidth[metric], locale));
  return (
    <div className="ps-metric">
      <dt>
        <svg className="ps-swatch" viewBox="0 0 24 4" aria-hidden="true" focusable="false">
          <path className="ps-line" data-metric-line={metric} d="M0 2h24" />
        </svg>
        {texts[metric]}
      </dt>
      <dd data-metric={metric}>
        <span className="ps-metric-value">
          <EventsBehind
            what={`${texts[metric]}: ${rate} ${texts.unit}`}
            query={QUERIES[metric]}
            withinMs={BANDWIDTH_WINDOW_MS}
            aggregate={events.average}
          >
            {rate}
          </EventsBehind>
        </span>{" "}
        <span className="ps-unit">{texts.unit}</span>
      </dd>
    </div>
  );
}

function LastMinute(): ReactNode {
  const { bandwidth: texts, locale } = useTexts();
  const { points, top, peakUp, peakDown, isSilent } = useBandwidthSeries();
  const rate = (value: number): string => `${formatRate(value, locale)} ${texts.unit}`;
  return (
    <figure className="ps-figure">
      <div className="ps-chart" aria-hidden="true">
        <BandwidthChart points={points} top={top} />
        {isSilent && <p className="ps-chart-empty">{texts.empty}</p>}
      </div>
      <figcaption className="ps-hidden">
        {isSilent ? texts.empty : texts.summary({ up: rate(peakUp), down: rate(peakDown) })}
      </figcaption>
      <TableOnRequest points={points} />
    </figure>
  );
}

type Points = readonly ChartPoint[];

function TableOnRequest({ points }: { readonly points: Points }): ReactNode {
  const { bandwidth: texts } = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="ps-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.showTable}</summary>
      {isOpen && <Table points={points} />}
    </details>
  );
}

function Table({ points }: { readonly points: Points }): ReactNode {
  const { bandwidth: texts, locale } = useTexts();
  return (
    <table className="ps-table">
      <caption>{texts.tableCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.period}</th>
          {METRICS.map((metric) => (
            <th scope="col" key={metric}>
              {texts[metric]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tableRows(points).map(({ fromSeconds, toSeconds, up, down }) => (
          <tr key={fromSeconds}>
            <th scope="row">{texts.periodRow(fromSeconds, toSeconds)}</th>
            <td>{formatRate(up, locale)}</td>
            <td>{formatRate(down, locale)}</td>
            <td>{formatRate(up + down, locale)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
