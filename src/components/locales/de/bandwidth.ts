import type { BandwidthTexts } from "../../texts/bandwidthTexts.js";

export const germanBandwidthTexts: BandwidthTexts = {
  title: "Bandbreite",
  window: "Mittel über 10 s",
  up: "Gesendet",
  down: "Empfangen",
  total: "Gesamt",
  unit: "KB/s",
  empty: "Über die Verbindungen ist noch nichts gegangen.",
  now: "jetzt",
  secondsAgo: (seconds) => `vor ${seconds} s`,
  summary: ({ up, down }) => `In den letzten 60 Sekunden: höchstens ${up} gesendet und ${down} empfangen.`,
  showTable: "Letzte Minute als Tabelle",
  tableCaption: "Mittlere KB/s in den letzten 60 Sekunden",
  period: "Zeitraum",
  periodRow: (from, to) => `vor ${from} bis ${to} s`,
};
