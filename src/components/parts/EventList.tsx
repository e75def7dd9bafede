import type { ReactNode, UIEventHandler } from "react";
import type { PeerId, RecentEvent } from "../../core/index.js";
import { EventRow } from "./EventRow.js";
import { useLongList } from "./useLongList.js";
import { useRecycledKeys } from "./useRecycledKeys.js";

const ROW_HEIGHT_PX = 31;

interface EventListProps {
  readonly events: readonly RecentEvent[];
  readonly names: ReadonlyMap<PeerId, string>;
  readonly label: string;
  /** For how long ago each was; left out, only the time of day is shown. */
  readonly nowMs?: number | undefined;
  readonly onScroll?: UIEventHandler<HTMLDivElement>;
}

/** Messages and drops, newest first, of which only those in sight are rendered where there are many. */
export function EventList({ events, names, label, nowMs, onScroll }: EventListProps): ReactNode {
  const { rows, scrollProps, listProps } = useLongList({
    count: events.length,
    // By place, because what was measured of a row is kept as long as the list, and events are without end.
    keyOf: String,
    rowHeightPx: ROW_HEIGHT_PX,
  });
  const keys = useRecycledKeys(rows.flatMap(({ index }) => events[index]?.id ?? []));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div
      className="ps-scroll"
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      {...scrollProps}
    >
      <ol className="ps-list" {...listProps}>
        {rows.map(({ index, itemProps }) => {
          const event = events[index];
          if (event === undefined) return null;
          const name = event.peerId === undefined ? undefined : names.get(event.peerId);
          return (
            <EventRow
              key={keys.get(event.id)}
              event={event}
              name={name}
              nowMs={nowMs}
              itemProps={itemProps}
            />
          );
        })}
      </ol>
    </div>
  );
}
