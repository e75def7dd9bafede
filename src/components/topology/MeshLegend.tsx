import type { ReactNode } from "react";
import type { LinkHealth, LinkStanding, TopologyLink } from "../../core/index.js";
import { formatCount } from "../parts/format.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTopologyTexts } from "../texts/topologyTexts.js";
import { LinkSwatch } from "./LinkSwatch.js";

const HEALTHS: readonly LinkHealth[] = ["good", "slow", "bad", "down", "unknown"];
const STANDINGS: readonly LinkStanding[] = ["own", "confirmed", "claimed"];

/** What lines of each kind mean, and how many links are of it, drawn or not. */
export function MeshLegend({ links }: { readonly links: readonly TopologyLink[] }): ReactNode {
  const texts = useTopologyTexts();
  return (
    <div className="ps-mesh-legend">
      <ul aria-label={texts.healthColumn}>
        {HEALTHS.map((health) => (
          <Kind
            key={health}
            word={texts.health[health]}
            count={links.filter((link) => link.health === health).length}
            health={health}
            standing="own"
          />
        ))}
      </ul>
      <ul aria-label={texts.knownFrom}>
        {STANDINGS.map((standing) => (
          <Kind
            key={standing}
            word={texts.standing[standing]}
            count={links.filter((link) => link.standing === standing).length}
            health="good"
            standing={standing}
          />
        ))}
      </ul>
    </div>
  );
}

interface KindProps {
  readonly word: string;
  readonly count: number;
  readonly health: LinkHealth;
  readonly standing: LinkStanding;
}

function Kind({ word, count, health, standing }: KindProps): ReactNode {
  const locale = useLocale();
  return (
    <li>
      <LinkSwatch health={health} standing={standing} />
      <span>{word}</span>
      <span className="ps-mesh-count">{formatCount(count, locale)}</span>
    </li>
  );
}
