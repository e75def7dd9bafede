import { memo } from "react";
import type { PeerId, PeerState } from "../../core/index.js";

interface MeshMemberProps {
  readonly peerId: PeerId;
  readonly state: PeerState;
  readonly isSelf: boolean;
  readonly isChosen: boolean;
  readonly tabIndex: 0 | -1;
  /** Its name, state and links, for screen readers. */
  readonly name: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** How far from its middle it is hit. */
  readonly reach: number;
}

/** A member: its state by the form of its mark. Its drawing hears of presses and keys. */
export const MeshMember = memo(function MeshMember(props: MeshMemberProps) {
  const { peerId, state, isSelf, isChosen, tabIndex, name, label, x, y, radius, reach } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button in SVG
    <g
      className="ps-mesh-member"
      role="button"
      aria-pressed={isChosen}
      aria-label={name}
      tabIndex={tabIndex}
      data-peer-id={peerId}
      data-state={state}
      data-self={isSelf || undefined}
    >
      <title>{label}</title>
      <circle className="ps-mesh-reach" cx={x} cy={y} r={Math.max(radius, reach)} />
      <circle className="ps-mesh-focus" cx={x} cy={y} r={radius + 5} />
      {state === "unreachable" ? (
        <rect
          className="ps-mesh-mark"
          x={x - radius * 0.8}
          y={y - radius * 0.8}
          width={radius * 1.6}
          height={radius * 1.6}
          transform={`rotate(45 ${x} ${y})`}
        />
      ) : (
        <circle className="ps-mesh-mark" cx={x} cy={y} r={radius} />
      )}
    </g>
  );
});
