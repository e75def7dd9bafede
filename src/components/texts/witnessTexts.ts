import type { WitnessFault, WitnessKind } from "../../core/index.js";
import { englishWitnessTexts } from "../locales/en/witness.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link WitnessPanel}. */
export interface WitnessTexts {
  readonly title: string;
  /** Since joining, those thrown away included. */
  readonly count: (records: number, formatted: string) => string;
  readonly head: string;
  readonly copyHead: string;
  readonly signed: string;
  readonly unsigned: string;
  readonly signedThrough: (signed: string, records: string) => string;
  readonly trimmed: string;
  readonly trimmedRecords: (count: number, formatted: string) => string;
  readonly actions: string;
  readonly verify: string;
  /** Names the progress. */
  readonly verifying: string;
  readonly verified: (records: string, all: string) => string;
  readonly stopVerifying: string;
  readonly export: string;
  readonly exporting: string;
  /** What was saved; count and size are formatted. */
  readonly saved: (records: string, size: string) => string;
  /** `signed`: how many of the records a signature covers; missing where none does. */
  readonly intact: (records: number, formatted: string, signed: string | undefined) => string;
  readonly broken: (line: string, fault: string) => string;
  readonly faults: Readonly<Record<WitnessFault, string>>;
  readonly filter: string;
  readonly allKinds: string;
  readonly search: string;
  /** Where no record is of the kind and holds the text. */
  readonly noneFound: string;
  /** How much of the log is listed; counts are formatted. */
  readonly latest: (shown: string, all: string) => string;
  readonly whole: (records: string) => string;
  readonly foundOf: (found: string, all: string) => string;
  /** A button that lists all records that are kept. */
  readonly load: (records: string) => string;
  readonly loading: string;
  /** A button back to the last records. */
  readonly live: string;
  readonly kind: (kind: WitnessKind) => string;
  readonly list: string;
  readonly number: (index: string) => string;
  readonly detail: string;
  readonly at: string;
  readonly hash: string;
  readonly copyHash: string;
  readonly previous: string;
  readonly empty: { readonly what: string; readonly next: string };
}

export function useWitnessTexts(): WitnessTexts {
  return useTextsOf("witness", englishWitnessTexts);
}
