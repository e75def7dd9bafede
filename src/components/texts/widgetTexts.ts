import { englishWidgetTexts } from "../locales/en/widget.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of `<swarm-widget>` that no panel has. */
export interface WidgetTexts {
  /** Connected peers, for example `3 peers`. */
  readonly peers: (connected: number, formatted: string) => string;
  /** In the place of a rate, without any traffic. */
  readonly idle: string;
  /** Above what is wrong with the attributes. */
  readonly problems: string;
}

export function useWidgetTexts(): WidgetTexts {
  return useTextsOf("widget", englishWidgetTexts);
}
