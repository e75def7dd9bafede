import type { ActivityTexts } from "../../texts/activityTexts.js";

export const germanActivityTexts: ActivityTexts = {
  title: "Aktivität",
  count: (count) => `letzte ${count}`,
  matches: ({ shown, hidden }) => `${shown} gezeigt, ${hidden} verborgen`,
  waiting: (count) => `${count} neuere`,
  list: "Letzte Nachrichten, neueste zuerst",
  filters: "Aktivität filtern",
  search: "Art, Mitglied oder Grund suchen",
  directionChoice: "Richtung",
  allDirections: "Jede Richtung",
  originChoice: "Wessen Nachrichten",
  allOrigins: "App und Schwarm",
  origin: { app: "Nur App", swarm: "Nur Schwarm" },
  peerChoice: "Mitglied",
  allPeers: "Jedes Mitglied",
  pause: "Anhalten",
  nothingMatches: "Nichts passt.",
  hidden: (count, formatted) =>
    count === 1 ? "Der Filter verbirgt die eine Nachricht." : `Der Filter verbirgt alle ${formatted}.`,
  clear: "Filter aufheben",
  empty: {
    what: "Über die Verbindungen ist noch keine Nachricht gegangen.",
    next: "Jede, die gesendet, zugestellt oder verworfen wird, erscheint hier, die neueste zuerst.",
  },
};
