import { englishDashboardTexts } from "../locales/en/dashboard.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link SwarmDashboard}. */
export interface DashboardTexts {
  /** Of what is chosen. */
  readonly chooser: string;
  readonly choose: string;
  readonly up: (panel: string) => string;
  readonly down: (panel: string) => string;
  /** For screen readers: where a panel has been moved to. */
  readonly place: (panel: string, place: number, count: number) => string;
  readonly reset: string;
  readonly done: string;
  /** Where every panel is hidden. */
  readonly empty: { readonly what: string; readonly next: string };
}

export function useDashboardTexts(): DashboardTexts {
  return useTextsOf("dashboard", englishDashboardTexts);
}
