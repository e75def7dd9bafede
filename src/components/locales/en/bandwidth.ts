import type { BandwidthTexts } from "../../texts/bandwidthTexts.js";

export const englishBandwidthTexts: BandwidthTexts = {
  title: "Bandwidth",
  window: "average over 10 s",
  up: "Up",
  down: "Down",
  total: "Total",
  unit: "KB/s",
  empty: "No data has gone over the links yet.",
  now: "now",
  secondsAgo: (seconds) => `${seconds} s ago`,
  summary: ({ up, down }) => `Over the last 60 seconds: at most ${up} up and ${down} down.`,
  showTable: "Last minute as a table",
  tableCaption: "Average KB/s in the last 60 seconds",
  period: "Period",
  periodRow: (from, to) => `${from} to ${to} s ago`,
};
