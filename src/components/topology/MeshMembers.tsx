import type { ReactNode } from "react";
import type { PeerId, TopologyNode } from "../../core/index.js";
import { formatCount, formatMilliseconds } from "../parts/format.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTopologyTexts } from "../texts/topologyTexts.js";
import type { LinkSum } from "./linksOf.js";
import { MeshMember } from "./MeshMember.js";
import { memberLabel } from "./memberLabel.js";
import { markRadius, markReach, type Place, placeOf } from "./ring.js";

const SELF_IS_BIGGER_BY = 2.5;

interface MeshMembersProps {
  readonly nodes: readonly TopologyNode[];
  readonly sums: ReadonlyMap<PeerId, LinkSum>;
  readonly places: ReadonlyMap<PeerId, Place>;
  readonly chosen: PeerId | undefined;
  readonly active: PeerId | undefined;
}

/** The members, each with a name that says what the drawing shows. */
export function MeshMembers({ nodes, sums, places, chosen, active }: MeshMembersProps): ReactNode {
  const texts = useTopologyTexts();
  const peers = usePeersTexts();
  const locale = useLocale();
  const radius = markRadius(nodes.length);
  const reach = markReach(nodes.length);
  return nodes.map((node) => {
    const { peerId, state, isSelf } = node;
    const { count, slowestMs } = sums.get(peerId) ?? { count: 0, slowestMs: undefined };
    const { x, y } = places.get(peerId) ?? placeOf(0);
    const label = memberLabel(node, texts);
    const name = texts.member({
      label,
      state: peers.state[state],
      links: texts.links(count, formatCount(count, locale)),
      slowest: slowestMs === undefined ? undefined : texts.slowest(formatMilliseconds(slowestMs, locale)),
    });
    return (
      <MeshMember
        key={peerId}
        peerId={peerId}
        state={state}
        isSelf={isSelf}
        isChosen={peerId === chosen}
        tabIndex={peerId === active ? 0 : -1}
        name={name}
        label={label}
        x={x}
        y={y}
        reach={reach}
        radius={isSelf ? radius + SELF_IS_BIGGER_BY : radius}
      />
    );
  });
}
