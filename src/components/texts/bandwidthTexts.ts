/** Texts of {@link BandwidthPanel}. */
export interface BandwidthTexts {
  readonly title: string;
  readonly window: string;
  readonly up: string;
  readonly down: string;
  readonly total: string;
  readonly unit: string;
  readonly empty: string;
  readonly now: string;
  readonly secondsAgo: (seconds: number) => string;
  readonly summary: (peaks: { readonly up: string; readonly down: string }) => string;
  readonly showTable: string;
  readonly tableCaption: string;
  readonly period: string;
  readonly periodRow: (fromSeconds: number, toSeconds: number) => string;
}
