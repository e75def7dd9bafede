/**
 * Types of `<swarm-widget>` in JSX, for React 19: import it once, anywhere. There is nothing in it at run time. React 19 sets
 * what the element knows as properties, and hears `onswarm-status`. On a page that was rendered on a server it does
 * neither before they change: set and listen in a `ref` there.
 * @packageDocumentation
 * @example
 * import "peerswarm/element";
 * import type {} from "peerswarm/element/jsx";
 *
 * <swarm-widget room="lobby" onswarm-status={({ detail }) => setState(detail.state)} />;
 */
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { AttributeProperties } from "./attributes.js";
import type { SwarmWidgetEventMap } from "./events.js";
import type { SwarmWidgetElement } from "./SwarmWidgetElement.js";

/** Props that React passes to a `<swarm-widget>`. */
export interface SwarmWidgetJsxProps
  extends DetailedHTMLProps<HTMLAttributes<SwarmWidgetElement>, SwarmWidgetElement>,
    Partial<AttributeProperties>,
    Partial<Pick<SwarmWidgetElement, "swarm" | "texts" | "iceServers" | "token">>,
    SwarmWidgetJsxHandlers {
  /** As `signalingUrl`, and rendered on a server. */
  readonly "signaling-url"?: string | undefined;
}

/** Handlers of the events of a `<swarm-widget>`. */
export type SwarmWidgetJsxHandlers = {
  readonly [Name in keyof SwarmWidgetEventMap as `on${Name}`]?:
    | ((event: SwarmWidgetEventMap[Name]) => void)
    | undefined;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "swarm-widget": SwarmWidgetJsxProps;
    }
  }
}
