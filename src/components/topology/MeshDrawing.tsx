import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useId,
  useRef,
  useState,
} from "react";
import type { PeerId, TopologyLink, TopologyNode } from "../../core/index.js";
import { formatCount } from "../parts/format.js";
import { useFocusKept } from "../parts/useFocusKept.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTopologyTexts } from "../texts/topologyTexts.js";
import { linkSums } from "./linksOf.js";
import { MeshLabels } from "./MeshLabels.js";
import { MeshLinks } from "./MeshLinks.js";
import { MeshMembers } from "./MeshMembers.js";
import { memberAt } from "./memberAt.js";
import { clockwise, HEIGHT, placeOf, WIDTH } from "./ring.js";
import type { Seats } from "./seats.js";

interface MeshDrawingProps {
  readonly nodes: readonly TopologyNode[];
  /** All that are known; a member's name counts them. */
  readonly links: readonly TopologyLink[];
  /** Those that are drawn. */
  readonly drawnLinks: readonly TopologyLink[];
  readonly seats: Seats;
  readonly chosen: PeerId | undefined;
  readonly onChoose: (peerId: PeerId) => void;
}

/** The mesh on a ring. One member of it can be reached by Tab, the others by arrow keys. */
export function MeshDrawing(props: MeshDrawingProps): ReactNode {
  const { nodes, links, drawnLinks, seats, chosen, onChoose } = props;
  const texts = useTopologyTexts();
  const locale = useLocale();
  const hintId = useId();
  const svg = useRef<SVGSVGElement>(null);
  const [lastFocused, setLastFocused] = useState<PeerId>();
  const { ref: frame, ...focusKept } = useFocusKept<HTMLDivElement>();
  const round = clockwise(nodes, seats);
  const active = round.find(({ peerId }) => peerId === lastFocused) ?? nodes[0];
  const places = new Map(nodes.map(({ peerId }) => [peerId, placeOf(seats.get(peerId) ?? 0)]));

  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>): void => {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey || active === undefined) return;
    const isPress = key === "Enter" || key === " ";
    const next = isPress ? active : memberAt(key, round, active);
    if (next === undefined) return;
    event.preventDefault();
    if (isPress) onChoose(next.peerId);
    else svg.current?.querySelector<SVGElement>(`[data-peer-id="${next.peerId}"]`)?.focus();
  };
  const onFocus = ({ target }: FocusEvent): void => setLastFocused(peerIdAt(target));
  const onClick = ({ target }: MouseEvent): void => {
    const peerId = peerIdAt(target as Element);
    if (peerId !== undefined) onChoose(peerId);
  };

  return (
    <div className="ps-mesh-frame" tabIndex={-1} ref={frame} {...focusKept}>
      <p className="ps-hidden" id={hintId}>
        {texts.keys}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG */}
      <svg
        className="ps-mesh-drawing"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="group"
        aria-label={texts.drawing({
          members: formatCount(nodes.length, locale),
          links: formatCount(links.length, locale),
        })}
        aria-describedby={hintId}
        data-density={densityOf(nodes.length)}
        data-choosing={chosen !== undefined || undefined}
        ref={svg}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onClick={onClick}
      >
        <MeshLinks links={drawnLinks} places={places} chosen={chosen} />
        <MeshMembers
          nodes={round}
          sums={linkSums(links)}
          places={places}
          chosen={chosen}
          active={active?.peerId}
        />
        <MeshLabels nodes={nodes} places={places} chosen={chosen} />
      </svg>
    </div>
  );
}

/** How close lines and marks are, for stylesheets. */
function densityOf(members: number): "sparse" | "dense" | "crowded" {
  if (members <= 16) return "sparse";
  return members <= 64 ? "dense" : "crowded";
}

function peerIdAt(element: Element): PeerId | undefined {
  return element.closest("[data-peer-id]")?.getAttribute("data-peer-id") ?? undefined;
}
