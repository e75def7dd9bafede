import { formatCount, formatRate } from "../components/parts/format.js";
import type { SwarmSnapshot } from "../core/index.js";

/** What a `<swarm-widget>` says of itself in one glance. */
export interface SwarmWidgetStatus {
  /**
   * `disabled`: nobody has joined. `error`: signalling is down and no link is open. `active`: at least one peer
   * is connected. `idle`: joined or joining, and alone.
   */
  readonly state: "disabled" | "error" | "active" | "idle";
  /** Connected peers, for example `3 peers`. */
  readonly primaryMetric: string;
  /** Traffic up and down over 10 s, for example `12.5 KB/s`, or `Idle`. */
  readonly secondaryMetric: string;
  /** When the last message was sent or received, milliseconds since the epoch. */
  readonly lastActivity: number | undefined;
  /** What is wrong, where something is: also signalling that is down while links are open. */
  readonly message: string | undefined;
}

// Less than this is shown as 0.0 KB/s, which is idle.
const LEAST_SHOWN_RATE = 0.05;

/** The status that a snapshot shows. Pure. */
export function widgetStatus(snapshot: SwarmSnapshot, locale = "en"): SwarmWidgetStatus {
  const { status, signaling, peers, bandwidth, activity } = snapshot;
  const connected = peers.filter(({ state }) => state === "connected").length;
  return {
    state: stateOf(snapshot, connected),
    primaryMetric: connected === 1 ? "1 peer" : `${formatCount(connected, locale)} peers`,
    secondaryMetric:
      bandwidth.total < LEAST_SHOWN_RATE ? "Idle" : `${formatRate(bandwidth.total, locale)} KB/s`,
    lastActivity: activity.at(-1)?.timeMs,
    message: status === "joined" ? undefined : signaling.reason?.message,
  };
}

function stateOf({ status, signaling }: SwarmSnapshot, connected: number): SwarmWidgetStatus["state"] {
  if (status === "off") return signaling.reason === undefined ? "disabled" : "error";
  if (connected > 0) return "active";
  const isDown = status === "reconnecting" || signaling.failedTries > 0;
  return isDown ? "error" : "idle";
}
