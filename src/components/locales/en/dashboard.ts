import type { DashboardTexts } from "../../texts/dashboardTexts.js";

export const englishDashboardTexts: DashboardTexts = {
  chooser: "Panels of this dashboard",
  choose: "Panels…",
  up: (panel) => `Move ${panel} up`,
  down: (panel) => `Move ${panel} down`,
  place: (panel, place, count) => `${panel} is number ${place} of ${count}.`,
  reset: "Reset",
  done: "Done",
  empty: { what: "Every panel is hidden.", next: "Choose some of them under Panels." },
};
