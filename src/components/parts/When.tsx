import type { ReactNode } from "react";
import { useBandwidth } from "../../hooks/index.js";
import { nowOf } from "../../hooks/useNow.js";
import { useLocale } from "../texts/TextsProvider.js";
import { formatAgo, formatMoment, formatTime } from "./format.js";

interface WhenProps {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Whether the day and the time are written out before how long ago it was; else the pointer finds them. */
  readonly isWhole?: boolean;
}

/**
 * When something was: how long ago by the swarm's clock, and on which day at what time. There is no timer: it
 * changes with the store, and only where its words do.
 */
export function When({ atMs, isWhole = false }: WhenProps): ReactNode {
  const locale = useLocale();
  const ago = useBandwidth((bandwidth) => {
    const nowMs = nowOf(bandwidth);
    return nowMs === undefined ? undefined : formatAgo(nowMs - atMs, locale);
  });
  const moment = formatMoment(atMs, locale);
  return (
    <time className="ps-when" dateTime={new Date(atMs).toISOString()} title={isWhole ? undefined : moment}>
      {isWhole ? moment : (ago ?? formatTime(atMs, locale))}
      {isWhole && ago !== undefined && <span className="ps-when-ago"> {ago}</span>}
    </time>
  );
}
