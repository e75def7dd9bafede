import type { Cancel, PeerSnapshot, Swarm, SwarmEvents } from "../core/index.js";
import type { SwarmWidgetStatus } from "./widgetStatus.js";

/** Event that tells of every change of `state`, `primaryMetric` or `message` of `getStatus()`. */
export const STATUS_EVENT = "swarm-status";

/** Event that tells of a peer that has proved itself; `detail` is the peer. */
export const PEER_JOINED_EVENT = "swarm-peer-joined";

/** Event that tells of a peer that has gone; `detail` says who, and why. */
export const PEER_LEFT_EVENT = "swarm-peer-left";

/** Events of a `<swarm-widget>`. They bubble, also out of the shadow root around it. */
export interface SwarmWidgetEventMap {
  [STATUS_EVENT]: CustomEvent<SwarmWidgetStatus>;
  [PEER_JOINED_EVENT]: CustomEvent<PeerSnapshot>;
  [PEER_LEFT_EVENT]: CustomEvent<SwarmEvents["peer-left"]>;
}

/** Dispatches one of {@link SwarmWidgetEventMap}. */
export function tell<Name extends keyof SwarmWidgetEventMap>(
  target: EventTarget,
  name: Name,
  detail: SwarmWidgetEventMap[Name]["detail"],
): void {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** Tells of a swarm's peers, and calls `onChange` whenever its snapshot is another. Returns the way to stop. */
export function watchSwarm(swarm: Swarm, target: EventTarget, onChange: () => void): Cancel {
  const stops = [
    swarm.store.subscribe(onChange),
    swarm.events.on("peer-joined", (peer) => tell(target, PEER_JOINED_EVENT, peer)),
    swarm.events.on("peer-left", (gone) => tell(target, PEER_LEFT_EVENT, gone)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
