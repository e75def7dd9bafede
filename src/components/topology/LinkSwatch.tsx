import type { ReactNode } from "react";
import type { LinkHealth, LinkStanding } from "../../core/index.js";

interface LinkSwatchProps {
  readonly health: LinkHealth;
  readonly standing: LinkStanding;
}

/** A line as the drawing has it. */
export function LinkSwatch({ health, standing }: LinkSwatchProps): ReactNode {
  return (
    <svg className="ps-mesh-swatch" viewBox="0 0 28 8" aria-hidden="true">
      <line
        className="ps-mesh-link"
        data-health={health}
        data-standing={standing}
        x1={2}
        y1={4}
        x2={standing === "claimed" ? 14 : 26}
        y2={4}
      />
    </svg>
  );
}
