import type { ReactNode } from "react";
import { BANDWIDTH_WINDOW_MS, type EventQuery } from "../core/index.js";
import { useBandwidth } from "../hooks/index.js";
import { METRICS, type Metric } from "./bandwidth/metrics.js";
import { PastBandwidth } from "./bandwidth/PastBandwidth.js";
import { PeerRates } from "./bandwidth/PeerRates.js";
import { EventsBehind } from "./parts/EventsBehind.js";
import { formatRate } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useBandwidthTexts } from "./texts/bandwidthTexts.js";
import { useEventsTexts } from "./texts/eventsTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

/**
 * KB/s up, down and in total: the current numbers (average over 10 s), the last 1, 5 or 15 minutes as a chart and as a
 * table, and on request who uses how much now. The chart stands still while the pointer or the focus is inside, and
 * its lines break where nobody counted. The one panel that needs recharts.
 */
export function BandwidthPanel(props: PanelProps): ReactNode {
  const texts = useBandwidthTexts();
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
      <PastBandwidth />
      <PeerRates />
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
  const texts = useBandwidthTexts();
  const events = useEventsTexts();
  const locale = useLocale();
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
