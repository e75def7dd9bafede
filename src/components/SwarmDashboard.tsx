import { Fragment, isValidElement, type ReactElement, type ReactNode } from "react";
import { PANELS, type PanelName } from "./panels.js";
import type { PanelProps } from "./parts/Panel.js";

/** Props of {@link SwarmDashboard}. */
export interface SwarmDashboardProps {
  /**
   * Which panels, in which order; an element in the place of a name is a panel of your own. Default
   * `connection`, `bandwidth`, `peers`, `activity`, `message-stats`. `tasks`, `consensus`, `knowledge`, `diagnosis` and
   * `witness` have to be named, and so has `transfers`, which lets peers offer files. A constant saves renders.
   */
  readonly panels?: readonly (PanelName | ReactElement)[];
  /** Level of the panels' titles in the page's outline. Default 2. */
  readonly headingLevel?: PanelProps["headingLevel"];
  /** Added to the dashboard's own class. */
  readonly className?: string;
}

// What a swarm can do only once its app has asked for it is not shown before it does.
const DEFAULT_PANELS: readonly PanelName[] = [
  "connection",
  "bandwidth",
  "peers",
  "activity",
  "message-stats",
];

/**
 * The panels in a grid of as many columns as there is room for. Panels in one row are equally high, and their
 * lists scroll. It brings every panel along, recharts included: an app that shows one of them imports that one.
 * @example
 * <SwarmDashboard panels={["connection", "peers", <Chat key="chat" />]} />
 */
export function SwarmDashboard(props: SwarmDashboardProps): ReactNode {
  const { panels = DEFAULT_PANELS, headingLevel, className } = props;
  return (
    <div className={className === undefined ? "ps-dashboard" : `ps-dashboard ${className}`}>
      <div className="ps-dashboard-grid">
        {panels.map((panel, place) => {
          // An element that is written inline has no key, and needs one among the others.
          if (isValidElement(panel)) return <Fragment key={panel.key ?? place}>{panel}</Fragment>;
          const Known = PANELS[panel];
          return <Known key={panel} headingLevel={headingLevel} />;
        })}
      </div>
    </div>
  );
}
