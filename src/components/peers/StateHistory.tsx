import type { ReactNode } from "react";
import type { PeerStateChange } from "../../core/index.js";
import { useNow } from "../../hooks/index.js";
import { Fact } from "../parts/Fact.js";
import { formatDuration, formatTime } from "../parts/format.js";
import { StateWord } from "../parts/StateWord.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { useLocale } from "../texts/TextsProvider.js";

/** What became of a peer lately, newest first: since when, and for how long. Nothing where it has always been as it is. */
export function StateHistory({ states }: { readonly states: readonly PeerStateChange[] }): ReactNode {
  const texts = usePeersTexts();
  const locale = useLocale();
  const nowMs = useNow();
  if (states.length < 2) return null;
  const untilMs = (place: number): number => states[place + 1]?.atMs ?? nowMs ?? 0;
  const rows = states.map(({ state, atMs }, place) => (
    <li key={`${atMs} ${state}`}>
      <StateWord state={state} word={texts.state[state]} />
      <time dateTime={new Date(atMs).toISOString()}>
        {texts.since(formatTime(atMs, locale), formatDuration(Math.max(0, untilMs(place) - atMs), locale))}
      </time>
    </li>
  ));
  return (
    <Fact term={texts.states} name="states">
      <ol className="ps-list ps-peer-states" aria-label={texts.states}>
        {rows.reverse()}
      </ol>
    </Fact>
  );
}
