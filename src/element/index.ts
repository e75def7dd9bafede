/**
 * The dashboard as a custom element: importing this entry in a browser registers `<swarm-widget>`; on a server it
 * does nothing.
 * @packageDocumentation
 * @example
 * <swarm-widget room="lobby" signaling-url="https://signal.example.org"></swarm-widget>
 */
import type { SwarmWidgetEventMap } from "./events.js";
import { createWidgetClass, type SwarmWidgetElement, WIDGET_TAG } from "./SwarmWidgetElement.js";

export type { AttributeProperties } from "./attributes.js";
export { PEER_JOINED_EVENT, PEER_LEFT_EVENT, STATUS_EVENT, type SwarmWidgetEventMap } from "./events.js";
export { type SwarmWidgetElement, WIDGET_TAG } from "./SwarmWidgetElement.js";
export type { SwarmWidgetStatus } from "./widgetStatus.js";

if (typeof customElements !== "undefined" && customElements.get(WIDGET_TAG) === undefined) {
  customElements.define(WIDGET_TAG, createWidgetClass());
}

declare global {
  interface HTMLElementTagNameMap {
    "swarm-widget": SwarmWidgetElement;
  }
  interface GlobalEventHandlersEventMap extends SwarmWidgetEventMap {}
}
