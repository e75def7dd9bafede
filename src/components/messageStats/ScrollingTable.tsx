import type { ReactNode } from "react";

interface ScrollingTableProps {
  readonly caption: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A table that scrolls in its panel, by keyboard too. */
export function ScrollingTable({ caption, className = "", children }: ScrollingTableProps): ReactNode {
  return (
    <div className="ps-list-space">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <div className="ps-scroll" role="group" aria-label={caption} tabIndex={0}>
        <table className={`ps-table ${className}`.trim()}>
          <caption>{caption}</caption>
          {children}
        </table>
      </div>
    </div>
  );
}
