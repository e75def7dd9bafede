import type { PeerId } from "../identity/ids.js";
import type { LaneName } from "../transport/transport.js";
import { EventRing } from "./eventRing.js";

/** Messages that are kept for {@link EventQuery}: about a quarter of a megabyte. */
export const MESSAGES_KEPT = 2000;
/** Drops that are kept, apart from the messages, so that a stream of messages does not push them out. */
export const DROPS_KEPT = 500;
/** Activities that a snapshot shows. */
export const ACTIVITY_LENGTH = 50;

/** Seen from this member: what it sent, or what was delivered to it. */
export type Direction = "sent" | "received";

/** One message that was sent or delivered. */
export interface Activity {
  /** Grows by at least one from event to event; a key for lists. Drops are counted along. */
  readonly id: number;
  readonly direction: Direction;
  readonly type: string;
  readonly lane: LaneName;
  readonly peerId: PeerId;
  /** Of the encoded message alone. */
  readonly bytes: number;
  readonly timeMs: number;
  readonly reason: undefined;
}

/** What is known of something that was dropped, apart from why. */
export interface DroppedMessage {
  readonly type?: string | undefined;
  readonly lane?: LaneName | undefined;
  readonly bytes?: number | undefined;
}

/** Something that was dropped or noticed; `undefined` is what was not known of it. */
export interface DroppedEvent {
  readonly id: number;
  readonly direction: "dropped";
  readonly type: string | undefined;
  readonly lane: LaneName | undefined;
  readonly bytes: number | undefined;
  /** Whose it was. */
  readonly peerId: PeerId | undefined;
  /** The code under which it is counted in `stats.dropped`. */
  readonly reason: string;
  readonly timeMs: number;
}

/** One event behind the counters. */
export type RecentEvent = Activity | DroppedEvent;

/** Which events are wanted: those that fit all that is given. */
export interface EventQuery {
  readonly direction?: RecentEvent["direction"] | undefined;
  /** `(other)`: those that are counted under it. */
  readonly type?: string | undefined;
  readonly lane?: LaneName | undefined;
  readonly peerId?: PeerId | undefined;
  /** Of drops. */
  readonly reason?: string | undefined;
  /** Not older, milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
}

/** Keeps the last messages and the last drops under one numbering. */
export interface EventBook {
  message(message: Omit<Activity, "id" | "reason">): void;
  drop(drop: Omit<DroppedEvent, "id" | "direction">): void;
  /** Of the last event; 0 before the first. */
  readonly newestId: number;
  /** The last messages, oldest first. */
  activity(): readonly Activity[];
  /** Newest first, up to an id. `isOther` says which types are counted under `(other)`. */
  find(query: EventQuery, upToId: number, isOther: (type: string | undefined) => boolean): RecentEvent[];
  /** Whether nothing that could fit has been lost. */
  isWhole(query: EventQuery): boolean;
}

/** In the place of the types for which there is no counter of their own. */
export const OTHER_TYPES = "(other)";

export function createEventBook(): EventBook {
  const messages = new EventRing<Activity>(MESSAGES_KEPT);
  const drops = new EventRing<DroppedEvent>(DROPS_KEPT);
  let newestId = 0;

  return {
    get newestId() {
      return newestId;
    },
    message({ direction, type, lane, peerId, bytes, timeMs }) {
      messages.push({ id: ++newestId, direction, type, lane, peerId, bytes, timeMs, reason: undefined });
    },
    drop({ type, lane, peerId, bytes, timeMs, reason }) {
      drops.push({ id: ++newestId, direction: "dropped", type, lane, peerId, bytes, timeMs, reason });
    },
    activity: () => messages.newest(() => true, ACTIVITY_LENGTH).reverse(),
    find(query, upToId, isOther) {
      const fits = (event: RecentEvent): boolean => event.id <= upToId && matches(event, query, isOther);
      return merged(
        wantsMessages(query) ? messages.newest(fits) : [],
        wantsDrops(query) ? drops.newest(fits) : [],
      );
    },
    isWhole: (query) =>
      (!wantsMessages(query) || messages.isWhole(query.sinceMs)) &&
      (!wantsDrops(query) || drops.isWhole(query.sinceMs)),
  };
}

function wantsMessages({ direction, reason }: EventQuery): boolean {
  return direction !== "dropped" && reason === undefined;
}

function wantsDrops({ direction }: EventQuery): boolean {
  return direction === undefined || direction === "dropped";
}

function matches(
  event: RecentEvent,
  query: EventQuery,
  isOther: (type: string | undefined) => boolean,
): boolean {
  return (
    (query.direction === undefined || event.direction === query.direction) &&
    (query.lane === undefined || event.lane === query.lane) &&
    (query.peerId === undefined || event.peerId === query.peerId) &&
    (query.reason === undefined || event.reason === query.reason) &&
    (query.sinceMs === undefined || event.timeMs >= query.sinceMs) &&
    (query.type === undefined ||
      (query.type === OTHER_TYPES ? isOther(event.type) : event.type === query.type))
  );
}

/** Two lists, each newest first, as one. */
function merged(a: readonly RecentEvent[], b: readonly RecentEvent[]): RecentEvent[] {
  const all: RecentEvent[] = [];
  let [atA, atB] = [0, 0];
  while (atA < a.length || atB < b.length) {
    const [fromA, fromB] = [a[atA], b[atB]];
    const takesA = fromB === undefined || (fromA !== undefined && fromA.id > fromB.id);
    all.push((takesA ? fromA : fromB) as RecentEvent);
    if (takesA) atA++;
    else atB++;
  }
  return all;
}
