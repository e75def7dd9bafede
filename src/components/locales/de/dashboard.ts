import type { DashboardTexts } from "../../texts/dashboardTexts.js";

export const germanDashboardTexts: DashboardTexts = {
  chooser: "Ansichten dieser Übersicht",
  choose: "Ansichten…",
  up: (panel) => `${panel} nach oben`,
  down: (panel) => `${panel} nach unten`,
  place: (panel, place, count) => `${panel} ist Nummer ${place} von ${count}.`,
  reset: "Zurücksetzen",
  done: "Fertig",
  empty: { what: "Alle Ansichten sind verborgen.", next: "Wähle welche unter Ansichten." },
};
