import type { Direction, LaneName } from "../../core/index.js";
import { englishMessageStatsTexts } from "../locales/en/messageStats.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link MessageStatsPanel}. */
export interface MessageStatsTexts {
  readonly title: string;
  readonly since: (time: string, duration: string) => string;
  readonly sent: string;
  readonly received: string;
  readonly dropped: string;
  readonly messages: (count: number, formatted: string) => string;
  readonly view: string;
  readonly byType: string;
  readonly byLane: string;
  readonly byReason: string;
  readonly type: string;
  readonly lane: string;
  readonly reason: string;
  readonly messagesColumn: string;
  readonly bytesColumn: string;
  readonly count: string;
  readonly caption: Readonly<Record<"type" | "lane" | "reason", string>>;
  readonly laneNames: Readonly<Record<LaneName, string>>;
  /**
   * What was dropped or noticed, by reason; a reason that is not here is shown itself. `connect:…` is looked up
   * in `peers.dialFailures`.
   */
  readonly reasons: Readonly<Record<string, string>>;
  readonly notConnected: (reason: string) => string;
  /** A number in words, for the events behind it; `of` is the type or lane that it is about. */
  readonly behind: (about: {
    readonly number: string;
    readonly direction: Direction;
    readonly of?: string;
  }) => string;
  readonly behindDrops: (count: string, reason: string) => string;
  readonly empty: string;
  readonly nothingDropped: string;
}

export function useMessageStatsTexts(): MessageStatsTexts {
  return useTextsOf("messageStats", englishMessageStatsTexts);
}
