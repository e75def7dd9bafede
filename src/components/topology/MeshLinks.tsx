import type { ReactNode } from "react";
import type { PeerId, TopologyLink } from "../../core/index.js";
import { isEnd, keyOf } from "./linksOf.js";
import { MeshLink } from "./MeshLink.js";
import type { Place } from "./ring.js";

interface MeshLinksProps {
  readonly links: readonly TopologyLink[];
  readonly places: ReadonlyMap<PeerId, Place>;
  readonly chosen: PeerId | undefined;
}

/** The links between members that have a place. */
export function MeshLinks({ links, places, chosen }: MeshLinksProps): ReactNode {
  // Own links are drawn over the others.
  const others = links.filter(({ standing }) => standing !== "own");
  const own = links.filter(({ standing }) => standing === "own");
  return (
    <g>
      {[...others, ...own].map((link) => {
        const ends = endsOf(link, places);
        const { health, standing } = link;
        return (
          ends && (
            <MeshLink
              key={keyOf(link)}
              health={health}
              standing={standing}
              isLit={isEnd(link, chosen)}
              {...ends}
            />
          )
        );
      })}
    </g>
  );
}

function endsOf(
  link: TopologyLink,
  places: ReadonlyMap<PeerId, Place>,
): { x1: number; y1: number; x2: number; y2: number } | undefined {
  const [from, to] = link.claimedBy === link.b ? [link.b, link.a] : [link.a, link.b];
  const begin = places.get(from);
  const end = places.get(to);
  if (begin === undefined || end === undefined) return undefined;
  const share = link.standing === "claimed" ? 0.5 : 1;
  return {
    x1: begin.x,
    y1: begin.y,
    x2: begin.x + (end.x - begin.x) * share,
    y2: begin.y + (end.y - begin.y) * share,
  };
}
