import { type ReactNode, useState } from "react";
import type { PeerId, TopologyLink } from "../../core/index.js";
import { formatCount, formatMilliseconds } from "../parts/format.js";
import { useTexts } from "../texts/TextsProvider.js";
import { LinkSwatch } from "./LinkSwatch.js";
import { keyOf, otherEnd } from "./linksOf.js";

const ROWS_AT_ONCE = 100;

interface LinkTableProps {
  readonly caption: string;
  readonly links: readonly TopologyLink[];
  readonly labels: ReadonlyMap<PeerId, string>;
  /** The member whose links they are; without it both ends are named. */
  readonly of?: PeerId;
}

/** Links as a table. Of many it shows a hundred, and more on request. */
export function LinkTable({ caption, links, labels, of }: LinkTableProps): ReactNode {
  const { topology: texts, locale } = useTexts();
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const rest = links.length - most;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className="ps-scroll" role="group" aria-label={caption} tabIndex={0}>
      <table className="ps-table ps-mesh-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{of === undefined ? texts.members : texts.otherEnd}</th>
            <th scope="col">{texts.healthColumn}</th>
            <th scope="col">{texts.roundTrip}</th>
            <th scope="col">{texts.knownFrom}</th>
          </tr>
        </thead>
        <tbody>
          {links.slice(0, most).map((link) => (
            <LinkRow key={keyOf(link)} link={link} labels={labels} of={of} />
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <button type="button" className="ps-button" onClick={() => setMost(most + ROWS_AT_ONCE)}>
          {texts.more(formatCount(Math.min(rest, ROWS_AT_ONCE), locale))}
        </button>
      )}
    </div>
  );
}

interface LinkRowProps {
  readonly link: TopologyLink;
  readonly labels: ReadonlyMap<PeerId, string>;
  readonly of: PeerId | undefined;
}

function LinkRow({ link, labels, of }: LinkRowProps): ReactNode {
  const { topology: texts, common, locale } = useTexts();
  const { a, b, health, standing, claimedBy, roundTripMs, route } = link;
  const label = (peerId: PeerId): string => labels.get(peerId) ?? peerId;
  return (
    <tr data-standing={standing} data-health={health}>
      <th scope="row">
        {of === undefined ? (
          <>
            <bdi>{label(a)}</bdi> – <bdi>{label(b)}</bdi>
          </>
        ) : (
          <bdi>{label(otherEnd(link, of))}</bdi>
        )}
      </th>
      <td>
        <LinkSwatch health={health} standing="own" />
        {texts.health[health]}
        {route === "relayed" && <span className="ps-flag">{texts.relayed}</span>}
      </td>
      <td>{roundTripMs === undefined ? common.unknown : formatMilliseconds(roundTripMs, locale)}</td>
      <td>
        {standing === "claimed" && claimedBy !== undefined
          ? texts.claimedBy(label(claimedBy))
          : texts.standing[standing]}
      </td>
    </tr>
  );
}
