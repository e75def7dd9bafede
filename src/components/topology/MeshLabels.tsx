import type { ReactNode } from "react";
import type { PeerId, TopologyNode } from "../../core/index.js";
import { useTopologyTexts } from "../texts/topologyTexts.js";
import { memberLabel } from "./memberLabel.js";
import { labelAnchor, labelPlace, type Place } from "./ring.js";

/** So many can be named without one name lying over another. */
const MOST_NAMED = 16;
const LONGEST_LABEL = 10;

interface MeshLabelsProps {
  readonly nodes: readonly TopologyNode[];
  readonly places: ReadonlyMap<PeerId, Place>;
  readonly chosen: PeerId | undefined;
}

/** Names beside the marks: of all where there is room, else of this member and the chosen one. */
export function MeshLabels({ nodes, places, chosen }: MeshLabelsProps): ReactNode {
  const texts = useTopologyTexts();
  const named =
    nodes.length <= MOST_NAMED ? nodes : nodes.filter(({ isSelf, peerId }) => isSelf || peerId === chosen);
  return (
    <g>
      {named.map((node) => {
        const turn = places.get(node.peerId)?.turn ?? 0;
        return (
          // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it cannot be focused
          <text
            key={node.peerId}
            className="ps-mesh-label"
            aria-hidden="true"
            data-self={node.isSelf || undefined}
            textAnchor={labelAnchor(turn)}
            dominantBaseline={turn === 0 ? "auto" : turn === 0.5 ? "hanging" : "middle"}
            {...labelPlace(turn)}
          >
            {shortened(memberLabel(node, texts))}
          </text>
        );
      })}
    </g>
  );
}

function shortened(label: string): string {
  const characters = [...label];
  return characters.length <= LONGEST_LABEL ? label : `${characters.slice(0, LONGEST_LABEL - 1).join("")}…`;
}
