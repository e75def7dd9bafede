import { englishBandwidthTexts } from "../locales/en/bandwidth.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link BandwidthPanel}. Times come with their unit, `1 min` and `30 s`, or as `2:30`. */
export interface BandwidthTexts {
  readonly title: string;
  readonly window: string;
  readonly up: string;
  readonly down: string;
  readonly total: string;
  readonly unit: string;
  /** How much of the past is shown. */
  readonly shown: string;
  /** In the place of lines: nothing went over the links in the time shown. */
  readonly silent: string;
  readonly now: string;
  readonly ago: (time: string) => string;
  /** For screen readers: what the chart shows, and how the keyboard reads it. */
  readonly chart: (time: string) => string;
  readonly summary: (peaks: { readonly time: string; readonly up: string; readonly down: string }) => string;
  /** While somebody reads the chart. */
  readonly held: string;
  readonly showTable: string;
  readonly tableCaption: (time: string) => string;
  readonly period: string;
  readonly periodRow: (from: string, to: string) => string;
  readonly showPeers: string;
  readonly peersCaption: string;
  readonly peer: string;
  /** All that are not named, as one. */
  readonly others: (count: number, formatted: string) => string;
  readonly nobody: string;
}

export function useBandwidthTexts(): BandwidthTexts {
  return useTextsOf("bandwidth", englishBandwidthTexts);
}
