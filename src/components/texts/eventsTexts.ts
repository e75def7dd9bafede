import type { RecentEvent } from "../../core/index.js";
import { englishEventsTexts } from "../locales/en/events.js";
import { useTextsOf } from "./TextsProvider.js";

/** What {@link EventsTexts} says of the events behind a number. All counts are formatted. */
export interface KeptEvents {
  readonly kept: string;
  readonly keptCount: number;
  /** How many there were; `undefined` where nothing counts just these. */
  readonly counted: string | undefined;
  /** Whether none is missing. */
  readonly isComplete: boolean;
}

/** Texts of {@link EventsBehind}, and of events wherever they are listed. */
export interface EventsTexts {
  /** Name of the button that a number is; begins with the number as it is shown. */
  readonly show: (what: string) => string;
  readonly title: (what: string) => string;
  readonly close: string;
  readonly loadFailed: string;
  readonly list: string;
  readonly keptOf: (events: KeptEvents) => string;
  /** Why the list does not move. */
  readonly frozen: (time: string) => string;
  readonly showNewer: (count: string) => string;
  /** What else is in bytes on links. */
  readonly linkBytes: string;
  readonly average: string;
  readonly direction: Readonly<Record<RecentEvent["direction"], string>>;
  /** What stands before the peer's name. */
  readonly peer: Readonly<Record<RecentEvent["direction"], string>>;
}

export function useEventsTexts(): EventsTexts {
  return useTextsOf("events", englishEventsTexts);
}
