import { useState } from "react";
import type { EventQuery, RecentEvents, StatsSnapshot, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

/** What {@link useEvents} gives. */
export interface EventFeed extends RecentEvents {
  /** How many more came since the feed was held, as far as it can be told; 0 while it is not. */
  readonly waiting: number;
}

/** Options of {@link useEvents}. */
export interface EventFeedOptions {
  /** Whether the feed stands still now, for somebody who looks at it. Default `false`. */
  readonly isHeld?: boolean;
}

const statsOf = (snapshot: SwarmSnapshot): StatsSnapshot => snapshot.stats;
const EVERYTHING: EventQuery = {};
const LIVE: EventFeedOptions = {};

/**
 * The messages and drops behind the numbers of a panel, newest first, as far as they are kept: the last 2,000 messages and
 * the last 500 drops. Brought up to date at most four times a second, together with those numbers; what did not change is
 * the same list.
 * @param query which are wanted; may be written inline. Default: all
 * @example
 * const { events, counted, isComplete } = useEvents({ direction: "received", type: "chat" });
 */
export function useEvents(
  query: EventQuery = EVERYTHING,
  { isHeld = false }: EventFeedOptions = LIVE,
): EventFeed {
  const swarm = useSwarm();
  const live = useSlice(statsOf, (stats) => swarm.recentEvents(query, stats), isSameAnswer);
  const [held, setHeld] = useState<Held>();
  const isStillHeld = isHeld && held !== undefined && isShallowEqual(held.query, query);
  // Set while rendering, so that not even one frame shows the feed moved.
  if (isHeld && !isStillHeld) setHeld({ query, answer: live });
  if (!isHeld && held !== undefined) setHeld(undefined);
  const shown = isStillHeld ? held.answer : live;
  return { ...shown, waiting: newcomers(shown, live) };
}

interface Held {
  readonly query: EventQuery;
  readonly answer: RecentEvents;
}

function isSameAnswer(a: RecentEvents, b: RecentEvents): boolean {
  return a.counted === b.counted && a.isComplete === b.isComplete && isShallowEqual(a.events, b.events);
}

function newcomers(shown: RecentEvents, live: RecentEvents): number {
  if (shown === live) return 0;
  const newestId = shown.events[0]?.id ?? 0;
  const place = live.events.findIndex(({ id }) => id <= newestId);
  const found = place === -1 ? live.events.length : place;
  // The counters know of those, too, that have come and gone meanwhile.
  return Math.max(found, (live.counted ?? 0) - (shown.counted ?? 0));
}
