import { useState } from "react";
import type { EventQuery, RecentEvent, RecentEvents, StatsSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

/** What {@link useEvents} gives. */
export interface EventFeed extends RecentEvents {
  /** How many more came since the feed was held, as far as it can be told; 0 while it is not. */
  readonly waiting: number;
}

const statsOf = (snapshot: SwarmSnapshot): StatsSnapshot => snapshot.stats;
const EVERYTHING: EventQuery = {};

/**
 * The messages and drops behind the numbers of a panel, newest first, as far as they are kept: the last 2,000 messages and
 * the last 500 drops. Brought up to date at most four times a second, together with those numbers.
 * @param query which are wanted; may be written inline. Default: all
 * @param options.isHeld whether the feed stands still now
 * @example
 * const { events, counted, isComplete } = useEvents({ direction: "received", type: "chat" });
 */
export function useEvents(
  query: EventQuery = EVERYTHING,
  { isHeld = false }: { readonly isHeld?: boolean } = {},
): EventFeed {
  const swarm = useSwarm();
  const live = useSlice(statsOf, (stats) => swarm.recentEvents(query, stats), isSameAnswer);
  const [held, setHeld] = useState<RecentEvents>();
  // Set while rendering, so that not even one frame shows the feed moved.
  if (isHeld && held === undefined) setHeld(live);
  if (!isHeld && held !== undefined) setHeld(undefined);
  const shown = isHeld ? (held ?? live) : live;
  return { ...shown, waiting: newcomers(shown, live) };
}

function isSameAnswer(a: RecentEvents, b: RecentEvents): boolean {
  return a.counted === b.counted && a.isComplete === b.isComplete && isShallowEqual(a.events, b.events);
}

function newcomers(shown: RecentEvents, live: RecentEvents): number {
  if (shown === live) return 0;
  const newestId = shown.events[0]?.id ?? 0;
  const kept = live.events.findIndex(({ id }: RecentEvent) => id <= newestId);
  const found = kept === -1 ? live.events.length : kept;
  // The counters know of those, too, that have come and gone meanwhile.
  return Math.max(found, (live.counted ?? 0) - (shown.counted ?? 0));
}
