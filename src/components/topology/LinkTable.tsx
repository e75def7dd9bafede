import { type ReactNode, useState } from "react";
import type { PeerId, TopologyLink } from "../../core/index.js";
import { useSwarmSelector } from "../../hooks/index.js";
import { ClaimedName } from "../parts/ClaimedName.js";
import { formatCount, formatMilliseconds } from "../parts/format.js";
import { shortPeerId } from "../parts/peerLabel.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTopologyTexts } from "../texts/topologyTexts.js";
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
  const texts = useTopologyTexts();
  const locale = useLocale();
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const rest = links.length - most;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className="ps-scroll" role="group" aria-label={caption} tabIndex={0}>
      <table className="ps-table ps-mesh-table">
        <caption className={of === undefined ? undefined : "ps-hidden"}>{caption}</caption>
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
  const texts = useTopologyTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const self = useSwarmSelector((swarm) => swarm.self.peerId);
  const { a, b, health, standing, claimedBy, roundTripMs, route } = link;
  const [first, second] = b === self ? [b, a] : [a, b];
  return (
    <tr data-standing={standing} data-health={health}>
      <th scope="row">
        {of === undefined ? (
          <>
            <End peerId={first} labels={labels} /> – <End peerId={second} labels={labels} />
          </>
        ) : (
          <End peerId={otherEnd(link, of)} labels={labels} />
        )}
      </th>
      <td>
        <LinkSwatch health={health} standing="own" />
        {texts.health[health]}
        {route === "relayed" && <span className="ps-flag">{texts.relayed}</span>}
      </td>
      <td>
        <bdi>{roundTripMs === undefined ? common.unknown : formatMilliseconds(roundTripMs, locale)}</bdi>
      </td>
      <td>
        {standing === "claimed" ? texts.claimedBy(labels.get(claimedBy ?? a) ?? a) : texts.known[standing]}
      </td>
    </tr>
  );
}

/** A member at the end of a link: ourselves without an identity, because nobody else is called so. */
function End({ peerId, labels }: Pick<LinkRowProps, "labels"> & { readonly peerId: PeerId }): ReactNode {
  const isSelf = useSwarmSelector(({ self }) => self.peerId === peerId);
  const label = labels.get(peerId) ?? peerId;
  return isSelf ? <bdi>{label}</bdi> : <ClaimedName label={label} shortId={shortPeerId(peerId)} />;
}
