import { englishActivityTexts } from "../locales/en/activity.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link ActivityPanel}; those of its rows are in `events`. */
export interface ActivityTexts {
  readonly title: string;
  /** How many there are. All counts are formatted. */
  readonly count: (count: string) => string;
  readonly matches: (counts: { readonly shown: string; readonly hidden: string }) => string;
  readonly waiting: (count: string) => string;
  readonly list: string;
  readonly filters: string;
  readonly search: string;
  readonly directionChoice: string;
  readonly allDirections: string;
  readonly originChoice: string;
  readonly allOrigins: string;
  /** Messages of the app, and those of the swarm itself. */
  readonly origin: Readonly<Record<"app" | "swarm", string>>;
  readonly peerChoice: string;
  readonly allPeers: string;
  readonly pause: string;
  readonly nothingMatches: string;
  readonly hidden: (count: number, formatted: string) => string;
  readonly clear: string;
  readonly empty: { readonly what: string; readonly next: string };
}

export function useActivityTexts(): ActivityTexts {
  return useTextsOf("activity", englishActivityTexts);
}
