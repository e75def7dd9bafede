import { englishTexts, type Texts, type TextsOverride } from "../components/index.js";
import { isPanelName, PANEL_NAMES, type PanelName } from "../components/SwarmDashboard.js";
import { mergeTexts } from "../components/texts/TextsProvider.js";
import type { Problems } from "./problems.js";

/** How a widget looks and speaks. */
export interface ViewSettings {
  /** `undefined`: those that the dashboard shows by itself. */
  readonly panels: readonly PanelName[] | undefined;
  readonly texts: Texts;
}

const THEMES = ["light", "dark", "system"] as const;

/** Reads a widget's attributes. What cannot be used is among `problems`, and left out. */
export function readViewSettings(
  read: (attribute: string) => string | null,
  texts: TextsOverride | undefined,
  problems: Problems,
): ViewSettings {
  problems.oneOf("theme", read("theme"), THEMES);
  return {
    panels: readPanels(read("panels"), problems),
    texts: readTexts(read("lang"), texts ?? {}, problems),
  };
}

function readPanels(text: string | null, problems: Problems): readonly PanelName[] | undefined {
  if (text === null) return undefined;
  const names = new Set(text.split(/[\s,]+/).filter((name) => name !== ""));
  for (const name of names) {
    if (isPanelName(name)) continue;
    problems.add(`There is no panel "${name}".`, `Choose from: ${PANEL_NAMES.join(", ")}.`);
  }
  return [...names].filter(isPanelName);
}

function readTexts(language: string | null, override: TextsOverride, problems: Problems): Texts {
  const texts = mergeTexts(englishTexts, { locale: language || undefined, ...override });
  if (isLocale(texts.locale)) return texts;
  problems.add(`"${texts.locale}" is no language.`, 'Use a tag such as "en" or "de-CH".');
  return { ...texts, locale: englishTexts.locale };
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
