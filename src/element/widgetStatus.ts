import { formatCount, formatRate } from "../components/parts/format.js";
import type { Texts } from "../components/texts/texts.js";
import type { SwarmSnapshot } from "../core/index.js";

/** What a `<swarm-widget>` says of itself in one glance. */
export interface SwarmWidgetStatus {
  /**
   * `disabled`: nobody has joined. `error`: signalling is down and no link is open, or the attributes are such that
   * there is no swarm. `active`: at least one peer is connected. `idle`: joined or joining, and nobody answers.
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

/** The status that a snapshot shows, in the words and numbers of `texts`. Pure. */
export function widgetStatus(snapshot: SwarmSnapshot, texts: Texts): SwarmWidgetStatus {
  const { status, signaling, peers, bandwidth, activity } = snapshot;
  const connected = peers.filter(({ state }) => state === "connected").length;
  return {
    state: stateOf(snapshot, connected),
    primaryMetric: peersText(connected, texts),
    secondaryMetric: rateText(bandwidth.total, texts),
    lastActivity: activity.at(-1)?.timeMs,
    message: status === "joined" ? undefined : signaling.reason?.message,
  };
}

/** The status of a widget without a swarm. */
export function statusWithoutSwarm(texts: Texts, message?: string): SwarmWidgetStatus {
  return {
    state: message === undefined ? "disabled" : "error",
    primaryMetric: peersText(0, texts),
    secondaryMetric: rateText(0, texts),
    lastActivity: undefined,
    message,
  };
}

function stateOf({ status, signaling, peers }: SwarmSnapshot, connected: number): SwarmWidgetStatus["state"] {
  // A join that failed for good is off again, with its reason.
  if (status === "off") return signaling.reason === undefined ? "disabled" : "error";
  if (connected > 0) return "active";
  const isDown = status === "reconnecting" || signaling.failedTries > 0;
  // A peer that sleeps or is silent has an open link, too.
  return isDown && peers.length === 0 ? "error" : "idle";
}

const peersText = (connected: number, { widget, locale }: Texts): string =>
  widget.peers(connected, formatCount(connected, locale));

const rateText = (rate: number, { widget, bandwidth, locale }: Texts): string =>
  rate < LEAST_SHOWN_RATE ? widget.idle : `${formatRate(rate, locale)} ${bandwidth.unit}`;
