import { type ReactNode, useState } from "react";
import { tableRows } from "../../hooks/bandwidthSeries.js";
import type { BandwidthSeries } from "../../hooks/index.js";
import { formatDuration, formatMinutes, formatRate } from "../parts/format.js";
import { useBandwidthTexts } from "../texts/bandwidthTexts.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { METRICS } from "./metrics.js";

/** The chart's numbers as a table, on request. */
export function PastTable({ series }: { readonly series: BandwidthSeries }): ReactNode {
  const texts = useBandwidthTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="ps-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.showTable}</summary>
      {isOpen && <Table {...series} />}
    </details>
  );
}

function Table({ points, minutes }: BandwidthSeries): ReactNode {
  const texts = useBandwidthTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const time = (seconds: number): string => formatDuration(seconds * 1000, locale);
  return (
    <table className="ps-table ps-rates">
      <caption>{texts.tableCaption(formatMinutes(minutes, locale))}</caption>
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
        {tableRows(points, minutes).map(({ fromSeconds, toSeconds, mean }) => (
          <tr key={fromSeconds}>
            <th scope="row">
              <bdi>{texts.periodRow(time(fromSeconds), time(toSeconds))}</bdi>
            </th>
            {METRICS.map((metric) => (
              <td key={metric}>{mean === undefined ? common.unknown : formatRate(mean[metric], locale)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
