import {
  Fragment,
  isValidElement,
  type ReactElement,
  type ReactNode,
  useMemo,
  useSyncExternalStore,
} from "react";
import { PanelChooser } from "./dashboard/PanelChooser.js";
import { panelChoice } from "./dashboard/panelChoice.js";
import { PANELS, type PanelName } from "./panels.js";
import type { PanelProps } from "./parts/Panel.js";
import { useDashboardTexts } from "./texts/dashboardTexts.js";

/** Props of {@link SwarmDashboard}. */
export interface SwarmDashboardProps {
  /**
   * Which panels, in which order; an element in the place of a name is a panel of your own. Default
   * `connection`, `bandwidth`, `peers`, `activity`, `message-stats`. `tasks`, `consensus`, `knowledge`, `topology`, `settings`,
   * `diagnosis` and `witness` have to be named, and so has `transfers`, which lets peers offer files. A constant saves renders.
   */
  readonly panels?: readonly (PanelName | ReactElement)[];
  /** Level of the panels' titles in the page's outline. Default 2. */
  readonly headingLevel?: PanelProps["headingLevel"];
  /**
   * Lets the visitor show, hide and order the panels. Default `false`. Elements of your own stay, after the chosen
   * panels.
   */
  readonly isChoosable?: boolean;
  /** Where the visitor's choice is kept in localStorage. Default `peerswarm-dashboard`; `null` keeps it in the page. */
  readonly storageKey?: string | null;
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
  const { panels = DEFAULT_PANELS, headingLevel, className, isChoosable = false, storageKey } = props;
  return (
    <div className={className === undefined ? "ps-dashboard" : `ps-dashboard ${className}`}>
      {isChoosable ? (
        <ChosenGrid panels={panels} headingLevel={headingLevel} storageKey={storageKey} />
      ) : (
        <Grid panels={panels} headingLevel={headingLevel} />
      )}
    </div>
  );
}

type GridProps = Required<Pick<SwarmDashboardProps, "panels">> & Pick<SwarmDashboardProps, "headingLevel">;

function Grid({ panels, headingLevel }: GridProps): ReactNode {
  return (
    <div className="ps-dashboard-grid">
      {panels.map((panel, place) => {
        if (isValidElement(panel)) {
          // An element that is written inline has no key, and stays the same one when names come and go before it.
          const key = panel.key ?? panels.slice(0, place).filter(isValidElement).length;
          return <Fragment key={`own ${key}`}>{panel}</Fragment>;
        }
        const Known = PANELS[panel];
        return <Known key={panel} headingLevel={headingLevel} />;
      })}
    </div>
  );
}

interface ChosenGridProps extends GridProps {
  readonly storageKey: string | null | undefined;
}

function ChosenGrid({
  panels,
  headingLevel,
  storageKey = "peerswarm-dashboard",
}: ChosenGridProps): ReactNode {
  const texts = useDashboardTexts();
  const choice = useMemo(() => panelChoice(storageKey ?? undefined), [storageKey]);
  // On the server, and so in the first render that must equal it, nobody has chosen yet.
  const chosen = useSyncExternalStore(choice.subscribe, choice.get, () => undefined);
  const names = chosen ?? panels.filter((panel) => typeof panel === "string");
  const own = panels.filter((panel) => typeof panel !== "string");
  const shown = chosen === undefined ? panels : [...chosen, ...own];
  return (
    <>
      <PanelChooser chosen={names} onChoose={choice.set} onReset={() => choice.set(undefined)} />
      {shown.length > 0 ? (
        <Grid panels={shown} headingLevel={headingLevel} />
      ) : (
        <div className="ps-empty">
          <p className="ps-empty-what">{texts.empty.what}</p>
          <p>{texts.empty.next}</p>
        </div>
      )}
    </>
  );
}
