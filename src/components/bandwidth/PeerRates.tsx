import { type ReactNode, useState } from "react";
import { type PeerRanking, usePeerBandwidth } from "../../hooks/index.js";
import { formatCount, formatRate } from "../parts/format.js";
import { PeerName } from "../parts/PeerName.js";
import { useHeldValue, useHold } from "../parts/useHold.js";
import { useBandwidthTexts } from "../texts/bandwidthTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { METRICS } from "./metrics.js";

const BAR_WIDTH = 100;

/** Who uses the bandwidth now, on request; computed only while it is shown. */
export function PeerRates(): ReactNode {
  const texts = useBandwidthTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="ps-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.showPeers}</summary>
      {isOpen && <Ranking />}
    </details>
  );
}

function Ranking(): ReactNode {
  const texts = useBandwidthTexts();
  const { isHeld, holdProps } = useHold();
  // Rows that change places under the pointer cannot be read.
  const ranking = useHeldValue(usePeerBandwidth(), isHeld);
  if (ranking.peers.length === 0) return <p className="ps-feedback">{texts.nobody}</p>;
  return (
    <table className="ps-table ps-rates" {...holdProps}>
      <caption>{texts.peersCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.peer}</th>
          {METRICS.map((metric) => (
            <th scope="col" key={metric}>
              {texts[metric]}
            </th>
          ))}
        </tr>
      </thead>
      <Rows {...ranking} />
    </table>
  );
}

function Rows({ peers, others }: PeerRanking): ReactNode {
  const texts = useBandwidthTexts();
  const locale = useLocale();
  // The longest bar is that of whoever uses the most, the others together included.
  const most = Math.max(others.total, ...peers.map(({ total }) => total));
  return (
    <tbody>
      {peers.map((peer) => (
        <tr key={peer.peerId} data-peer-id={peer.peerId}>
          <th scope="row">
            <PeerName peerId={peer.peerId} />
            <Bar value={peer.total} most={most} />
          </th>
          <RateCells {...peer} />
        </tr>
      ))}
      {others.count > 0 && (
        <tr data-others={others.count}>
          <th scope="row">
            {texts.others(others.count, formatCount(others.count, locale))}
            <Bar value={others.total} most={most} />
          </th>
          <RateCells {...others} />
        </tr>
      )}
    </tbody>
  );
}

function RateCells(rates: Readonly<Record<(typeof METRICS)[number], number>>): ReactNode {
  const locale = useLocale();
  return METRICS.map((metric) => (
    <td key={metric} data-metric={metric}>
      {formatRate(rates[metric], locale)}
    </td>
  ));
}

/** A length beside a number that says the same. */
function Bar({ value, most }: { readonly value: number; readonly most: number }): ReactNode {
  return (
    <svg
      className="ps-rate-bar"
      viewBox={`0 0 ${BAR_WIDTH} 4`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect width={most === 0 ? 0 : (value / most) * BAR_WIDTH} height="4" />
    </svg>
  );
}
