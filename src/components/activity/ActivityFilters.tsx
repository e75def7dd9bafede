import { memo, type ReactNode, type Ref } from "react";
import type { PeerId } from "../../core/index.js";
import { shortPeerId } from "../parts/peerLabel.js";
import { useActivityTexts } from "../texts/activityTexts.js";
import { useEventsTexts } from "../texts/eventsTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import type { ActivityFilter } from "./activityFilter.js";

// As long as a message type may be.
const MAX_SEARCH_LENGTH = 128;
const DIRECTIONS = ["sent", "received", "dropped"] as const;
const ORIGINS = ["app", "swarm"] as const;

interface ActivityFiltersProps {
  readonly filter: ActivityFilter;
  readonly names: ReadonlyMap<PeerId, string>;
  readonly onChange: (filter: ActivityFilter) => void;
  readonly search: Ref<HTMLInputElement>;
}

/** What is to be seen of the activity. */
export const ActivityFilters = memo(function ActivityFilters(props: ActivityFiltersProps): ReactNode {
  const { filter, names, onChange, search } = props;
  const texts = useActivityTexts();
  const events = useEventsTexts();
  const locale = useLocale();
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const peers = [...names]
    .sort(([, a], [, b]) => compare(a, b))
    .map(([peerId, name]) => [peerId, withShortId(name, shortPeerId(peerId))] as const);
  // One that has gone since it was chosen stays chosen.
  const { peerId } = filter;
  if (peerId !== undefined && !names.has(peerId)) peers.push([peerId, peerId]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of 2023 and React 18 do not know <search>
    <div className="ps-filters" role="search" aria-label={texts.filters}>
      <input
        ref={search}
        type="search"
        className="ps-input"
        aria-label={texts.search}
        placeholder={texts.search}
        maxLength={MAX_SEARCH_LENGTH}
        value={filter.text}
        onChange={({ target }) => onChange({ ...filter, text: target.value })}
      />
      <Choice
        label={texts.directionChoice}
        all={texts.allDirections}
        options={DIRECTIONS.map((direction) => [direction, events.direction[direction]])}
        value={filter.direction}
        onChange={(direction) =>
          onChange({ ...filter, direction: DIRECTIONS.find((each) => each === direction) })
        }
      />
      <Choice
        label={texts.originChoice}
        all={texts.allOrigins}
        options={ORIGINS.map((origin) => [origin, texts.origin[origin]])}
        value={filter.origin}
        onChange={(origin) => onChange({ ...filter, origin: ORIGINS.find((each) => each === origin) })}
      />
      <Choice
        label={texts.peerChoice}
        all={texts.allPeers}
        options={peers}
        value={filter.peerId}
        onChange={(chosen) => onChange({ ...filter, peerId: chosen })}
      />
    </div>
  );
});

// An option holds text only.
function withShortId(name: string, shortId: string): string {
  return name === shortId ? name : `${name} ${shortId}`;
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly options: readonly (readonly [value: string, word: string])[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ label, all, options, value, onChange }: ChoiceProps): ReactNode {
  return (
    <select
      className="ps-input"
      aria-label={label}
      data-chosen={value !== undefined || undefined}
      value={value ?? ""}
      onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
    >
      <option value="">{all}</option>
      {options.map(([option, word]) => (
        <option key={option} value={option}>
          {word}
        </option>
      ))}
    </select>
  );
}
