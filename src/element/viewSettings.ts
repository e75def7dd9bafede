import { englishTexts, type PanelName, type Texts, type TextsOverride } from "../components/index.js";
import { germanTexts } from "../components/locales/de/index.js";
import { isPanelName, PANEL_NAMES } from "../components/panels.js";
import { mergeTexts } from "../components/texts/mergeTexts.js";
import type { Problems } from "./problems.js";

/** How a widget looks and speaks. */
export interface ViewSettings {
  /** `undefined`: those that the dashboard shows by itself. */
  readonly panels: readonly PanelName[] | undefined;
  readonly texts: Texts;
}

/** What tells a widget's language besides its own attribute. */
export interface GivenTexts {
  readonly texts: TextsOverride | undefined;
  /** Of the page around it. */
  readonly language: string | undefined;
}

const THEMES = ["light", "dark", "system"] as const;
const DENSITIES = ["comfortable", "compact"] as const;
const DICTIONARIES = new Map([englishTexts, germanTexts].map((texts) => [texts.locale, texts]));

/** Reads a widget's attributes. What cannot be used is among `problems`, and left out. */
export function readViewSettings(
  read: (attribute: string) => string | null,
  given: GivenTexts,
  problems: Problems,
): ViewSettings {
  // The styles read both from the element itself, so that a page can set what they set.
  problems.oneOf("theme", read("theme"), THEMES);
  problems.oneOf("density", read("density"), DENSITIES);
  return {
    panels: readPanels(read("panels"), problems),
    texts: readTexts(read("lang"), given, problems),
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

function readTexts(own: string | null, { texts = {}, language = "" }: GivenTexts, problems: Problems): Texts {
  for (const tag of [own, texts.locale]) {
    if (tag && !isLanguage(tag))
      problems.add(`"${tag}" is no language.`, 'Use a tag such as "en" or "de-CH".');
  }
  const tag = [texts.locale, own, language].find((one) => one && isLanguage(one)) ?? englishTexts.locale;
  const dictionary = DICTIONARIES.get(new Intl.Locale(tag).language);
  // English with the numbers of another language would be neither.
  const isSpoken = dictionary !== undefined || Object.keys(texts).length > 0;
  const locale = isSpoken ? tag : englishTexts.locale;
  return mergeTexts(dictionary ?? englishTexts, { ...texts, locale });
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
