import type { EventQuery, PeerId, RecentEvent } from "../../core/index.js";
import { RESERVED_TYPE_PREFIX } from "../../core/messages/definition.js";

/** What the visitor wants to see of the activity; `undefined`: anything. */
export interface ActivityFilter {
  readonly direction: EventQuery["direction"];
  /** Messages of the app, or those of the swarm itself. */
  readonly origin: "app" | "swarm" | undefined;
  readonly peerId: PeerId | undefined;
  /** Part of a type, a peer's name or id, or a reason. */
  readonly text: string;
}

export const NO_FILTER: ActivityFilter = {
  direction: undefined,
  origin: undefined,
  peerId: undefined,
  text: "",
};

/** What each event is called, for the search. */
export interface EventWords {
  readonly peer: (peerId: PeerId) => string | undefined;
  readonly reason: (code: string) => string;
}

/** Whether a filter lets anything through. */
export function isOpen({ direction, origin, peerId, text }: ActivityFilter): boolean {
  return direction === undefined && origin === undefined && peerId === undefined && text.trim() === "";
}

/** Those that fit; the same list where all do. Pure. */
export function filterEvents(
  events: readonly RecentEvent[],
  filter: ActivityFilter,
  words: EventWords,
): readonly RecentEvent[] {
  if (isOpen(filter)) return events;
  const text = filter.text.trim().toLowerCase();
  return events.filter((event) => fits(event, filter) && (text === "" || says(event, text, words)));
}

function fits(event: RecentEvent, { direction, origin, peerId }: ActivityFilter): boolean {
  return (
    (direction === undefined || event.direction === direction) &&
    (peerId === undefined || event.peerId === peerId) &&
    (origin === undefined || originOf(event.type) === origin)
  );
}

function originOf(type: string | undefined): ActivityFilter["origin"] {
  if (type === undefined) return undefined;
  return type.startsWith(RESERVED_TYPE_PREFIX) ? "swarm" : "app";
}

function says({ type, peerId, reason }: RecentEvent, text: string, words: EventWords): boolean {
  const said = [
    type,
    peerId,
    peerId && words.peer(peerId),
    reason,
    reason === undefined ? undefined : words.reason(reason),
  ];
  return said.some((each) => each?.toLowerCase().includes(text));
}
