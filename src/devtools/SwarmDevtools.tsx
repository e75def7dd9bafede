import { type ReactNode, type Ref, type RefObject, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { PANEL_NAMES, type PanelName } from "../components/panels.js";
import { formatCount } from "../components/parts/format.js";
import { MeshIcon } from "../components/parts/icons.js";
import { useConnectionTexts } from "../components/texts/connectionTexts.js";
import { useDevtoolsTexts } from "../components/texts/devtoolsTexts.js";
import { useLocale } from "../components/texts/TextsProvider.js";
import { usePeers, useSwarmStatus } from "../hooks/index.js";
import { DevtoolsWindow } from "./DevtoolsWindow.js";
import { recall, remember } from "./memory.js";
import { firstPlace, type Place, placeWithin, type Viewport } from "./place.js";
import { useOwnKey } from "./useOwnKey.js";
import { useShadowFrame } from "./useShadowFrame.js";

/** Props of {@link SwarmDevtools}. */
export interface SwarmDevtoolsProps {
  /**
   * Which panels, in which order. Default: all but `transfers`, because while that one is shown, peers may offer
   * files. A constant saves renders.
   */
  readonly panels?: readonly PanelName[];
  /** Whether it is open at the first visit. Default `false`; after that it is as it was left. */
  readonly initialIsOpen?: boolean;
  /** The corner of the button that opens it. Default `bottom-end`. */
  readonly corner?: "bottom-start" | "bottom-end" | "top-start" | "top-end";
  /** Default `system`. */
  readonly theme?: "system" | "light" | "dark";
  /** Default `compact`. */
  readonly density?: "comfortable" | "compact";
  /**
   * Where it is kept in localStorage whether it is open, where, how large and what it shows. Default `peerswarm-devtools`. Two
   * on one page, for two swarms, need a key and a `corner` each; the console says so.
   */
  readonly storageKey?: string;
}

const DEFAULT_PANELS = PANEL_NAMES.filter((name) => name !== "transfers");

/**
 * The panels in a floating window over any app, in a shadow root of its own: no style sheet is needed, and none of
 * the app's reaches it. Put it anywhere below the `SwarmProvider`. It shows what is going on and joins nothing.
 *
 * `peerswarm/devtools` holds it in development alone (by the `development` condition that bundlers set) and nothing
 * in production; `peerswarm/devtools/always` holds it everywhere.
 * @example
 * import { SwarmDevtools } from "peerswarm/devtools";
 *
 * <SwarmProvider swarm={swarm}>
 *   <App />
 *   <SwarmDevtools />
 * </SwarmProvider>
 */
export function SwarmDevtools(props: SwarmDevtoolsProps): ReactNode {
  const frame = useShadowFrame();
  return frame === undefined ? null : createPortal(<Devtools {...props} />, frame);
}

function Devtools(props: SwarmDevtoolsProps): ReactNode {
  const { panels = DEFAULT_PANELS, initialIsOpen = false, storageKey = "peerswarm-devtools" } = props;
  const { corner = "bottom-end", theme = "system", density = "compact" } = props;
  useOwnKey(storageKey);
  const locale = useLocale();
  const [memory, setMemory] = useState(() => recall(storageKey));
  const [hasOpened, setHasOpened] = useState(false);
  const button = useFocusAfterwards(memory.isOpen ?? initialIsOpen);
  const viewport = useViewport();
  const isOpen = memory.isOpen ?? initialIsOpen;
  const place = placeWithin(viewport, memory.place ?? firstPlace(viewport));
  const shown = memory.panel !== undefined && panels.includes(memory.panel) ? memory.panel : panels[0];

  useEffect(() => remember(storageKey, memory), [storageKey, memory]);

  const toggle = (opens: boolean): void => {
    setHasOpened(opens);
    setMemory((before) => ({ ...before, isOpen: opens }));
  };
  const changePlace = (change: (place: Place) => Place): void =>
    setMemory((before) => {
      const from = placeWithin(viewport, before.place ?? firstPlace(viewport));
      return { ...before, place: placeWithin(viewport, change(from)) };
    });

  return (
    <div className="ps-devtools-layer" data-theme={theme} data-density={density} lang={locale}>
      <OpenButton buttonRef={button} corner={corner} isOpen={isOpen} onToggle={toggle} />
      {isOpen && shown !== undefined && (
        <DevtoolsWindow
          panels={panels}
          shown={shown}
          onShow={(panel) => setMemory((before) => ({ ...before, panel }))}
          place={place}
          onPlace={changePlace}
          onClose={() => toggle(false)}
          takesFocus={hasOpened}
        />
      )}
    </div>
  );
}

interface OpenButtonProps {
  readonly buttonRef: Ref<HTMLButtonElement>;
  readonly corner: string;
  readonly isOpen: boolean;
  readonly onToggle: (opens: boolean) => void;
}

/** The button in the corner: how many are connected, and whether the swarm is well. */
function OpenButton({ buttonRef, corner, isOpen, onToggle }: OpenButtonProps): ReactNode {
  const texts = useDevtoolsTexts();
  const connection = useConnectionTexts();
  const locale = useLocale();
  const status = useSwarmStatus();
  const peers = usePeers((all) => all.filter(({ state }) => state === "connected").length);
  const count = formatCount(peers, locale);
  return (
    <button
      type="button"
      className="ps-devtools-open"
      ref={buttonRef}
      data-corner={corner}
      data-status={status}
      aria-expanded={isOpen}
      aria-label={isOpen ? texts.title : texts.open(connection.status[status], count)}
      onClick={() => onToggle(!isOpen)}
    >
      <MeshIcon />
      <span className="ps-state" data-state={status}>
        <span className="ps-state-mark" />
      </span>
      <span>{count}</span>
    </button>
  );
}

/** Gives what opened something the focus back, once that is closed. */
function useFocusAfterwards(isOpen: boolean): RefObject<HTMLButtonElement | null> {
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return opener;
}

/** The size of the page's window, as it changes. */
function useViewport(): Viewport {
  const [viewport, setViewport] = useState(readViewport);
  useEffect(() => {
    const read = (): void => setViewport(readViewport());
    addEventListener("resize", read);
    return () => removeEventListener("resize", read);
  }, []);
  return viewport;
}

function readViewport(): Viewport {
  return { width: innerWidth, height: innerHeight };
}
