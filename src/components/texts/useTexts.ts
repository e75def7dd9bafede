import { useContext, useMemo } from "react";
import { englishTexts } from "../locales/en/index.js";
import { mergeTexts } from "./mergeTexts.js";
import { TextsContext } from "./TextsProvider.js";
import type { Texts } from "./texts.js";

/**
 * The texts in force here, for panels of your own. It brings the English words of every panel.
 * @example
 * const { locale, peers } = useTexts();
 * return <h2 lang={locale}>{peers.title}</h2>;
 */
export function useTexts(): Texts {
  const override = useContext(TextsContext);
  return useMemo(() => mergeTexts(englishTexts, override), [override]);
}
