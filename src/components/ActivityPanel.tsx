import { type ReactNode, useMemo, useRef, useState } from "react";
import { useEvents, useSwarmSelector } from "../hooks/index.js";
import { ActivityFilters } from "./activity/ActivityFilters.js";
import { type ActivityFilter, filterEvents, isOpen, NO_FILTER } from "./activity/activityFilter.js";
import { Announcement } from "./parts/Announcement.js";
import { EventList } from "./parts/EventList.js";
import { formatCount } from "./parts/format.js";
import { Nothing } from "./parts/Nothing.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useHold } from "./parts/useHold.js";
import { usePeerNames } from "./parts/usePeerNames.js";
import { useReasonWord } from "./parts/useReasonWord.js";
import { useActivityTexts } from "./texts/activityTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

/**
 * The last messages sent and received and what was dropped, newest first, up to 2,500 of them: direction, type or reason,
 * peer, size and time; to be searched and filtered by direction, peer, and whether they are the app's or the swarm's own. The list
 * stands still while it is paused, scrolled, or the pointer or the focus is inside, and says how many newer ones there are.
 */
export function ActivityPanel(props: PanelProps): ReactNode {
  const texts = useActivityTexts();
  const isEmpty = useSwarmSelector((swarm) => swarm.stats.newestEventId === 0);
  return isEmpty ? (
    <Panel title={texts.title} {...props} name="activity" state="empty">
      <Nothing {...texts.empty} />
    </Panel>
  ) : (
    <Activities {...props} />
  );
}

function Activities(props: PanelProps): ReactNode {
  const activity = useActivityTexts();
  const locale = useLocale();
  const toWord = useReasonWord();
  const { hold, events, waiting, isPaused, isScrolled, pause, scrolled } = useActivities();
  const [filter, setFilter] = useState(NO_FILTER);
  // A list that is made anew begins at its top.
  const [listNumber, setListNumber] = useState(0);
  const search = useRef<HTMLInputElement>(null);
  const pauseButton = useRef<HTMLButtonElement>(null);
  const names = usePeerNames();
  const shown = useMemo(
    () =>
      filterEvents(events, filter, {
        peer: (peerId) => names.get(peerId),
        reason: toWord,
      }),
    [events, filter, names, toWord],
  );

  const toTop = (): void => {
    setListNumber((number) => number + 1);
    scrolled(false);
  };
  const change = (next: ActivityFilter): void => {
    setFilter(next);
    toTop();
  };
  const catchUp = (): void => {
    pause(false);
    toTop();
    // The button that was pressed goes away.
    pauseButton.current?.focus();
  };
  const clear = (): void => {
    change(NO_FILTER);
    search.current?.focus();
  };
  return (
    <Panel
      title={activity.title}
      {...props}
      name="activity"
      state="full"
      aside={
        <div className="ps-activity-bar">
          {waiting > 0 && (
            <button type="button" className="ps-button" data-small data-waiting={waiting} onClick={catchUp}>
              {activity.waiting(formatCount(waiting, locale))}
            </button>
          )}
          <Counts shown={shown.length} kept={events.length} filter={filter} />
          <button
            ref={pauseButton}
            type="button"
            className="ps-button"
            data-small
            aria-pressed={isPaused}
            onClick={() => pause(!isPaused)}
          >
            {activity.pause}
          </button>
        </div>
      }
    >
      <ActivityFilters filter={filter} names={names} onChange={change} search={search} />
      <div data-held={isPaused || isScrolled || undefined} {...hold}>
        {shown.length === 0 ? (
          <NothingMatches hidden={events.length} onClear={clear} />
        ) : (
          <div className="ps-list-space">
            <EventList
              key={listNumber}
              events={shown}
              names={names}
              label={activity.list}
              onScroll={({ currentTarget }) => scrolled(currentTarget.scrollTop > 0)}
            />
          </div>
        )}
      </div>
    </Panel>
  );
}

/** What happened last, standing still while somebody looks at it. */
function useActivities() {
  const [isPaused, pause] = useState(false);
  const [isScrolled, scrolled] = useState(false);
  const { isHeld, holdProps } = useHold();
  const { events, waiting } = useEvents(undefined, { isHeld: isPaused || isScrolled || isHeld });
  return { hold: holdProps, events, waiting, isPaused, isScrolled, pause, scrolled };
}

interface CountsProps {
  readonly shown: number;
  readonly kept: number;
  readonly filter: ActivityFilter;
}

function Counts({ shown, kept, filter }: CountsProps): ReactNode {
  const texts = useActivityTexts();
  const locale = useLocale();
  const words = isOpen(filter)
    ? texts.count(formatCount(kept, locale))
    : texts.matches({ shown: formatCount(shown, locale), hidden: formatCount(kept - shown, locale) });
  return (
    <>
      <span className="ps-count" data-shown={shown} data-hidden={kept - shown}>
        {words}
      </span>
      <Announcement choice={filter} words={words} />
    </>
  );
}

interface NothingMatchesProps {
  readonly hidden: number;
  readonly onClear: () => void;
}

function NothingMatches({ hidden, onClear }: NothingMatchesProps): ReactNode {
  const texts = useActivityTexts();
  const locale = useLocale();
  return (
    <div className="ps-empty">
      <p className="ps-empty-what">{texts.nothingMatches}</p>
      <p>{texts.hidden(hidden, formatCount(hidden, locale))}</p>
      <button type="button" className="ps-button" onClick={onClear}>
        {texts.clear}
      </button>
    </div>
  );
}
