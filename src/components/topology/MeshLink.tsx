import { memo } from "react";
import type { LinkHealth, LinkStanding } from "../../core/index.js";

interface MeshLinkProps {
  readonly health: LinkHealth;
  readonly standing: LinkStanding;
  /** Whether it is a link of the member that is chosen. */
  readonly isLit: boolean;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** A link: its health by colour and dashes, how it is known by its width. One that only one end names stops half way. */
export const MeshLink = memo(function MeshLink({ health, standing, isLit, ...line }: MeshLinkProps) {
  return (
    <line
      className="ps-mesh-link"
      data-health={health}
      data-standing={standing}
      data-lit={isLit || undefined}
      {...line}
    />
  );
});
