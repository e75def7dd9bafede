import { createContext, type ReactNode, useContext, useMemo } from "react";
import { englishTexts } from "../locales/en/index.js";
import type { Texts, TextsOverride } from "./texts.js";

const TextsContext = createContext<Texts>(englishTexts);

/** Props of {@link TextsProvider}. */
export interface TextsProviderProps {
  /** What differs from the texts above, English at the top. A constant, so that panels do not render anew. */
  readonly texts: TextsOverride;
  readonly children?: ReactNode;
}

/**
 * Changes the texts of the panels below it.
 * @example
 * const german = { locale: "de", peers: { title: "Mitglieder" } };
 * <TextsProvider texts={german}><PeersPanel /></TextsProvider>
 */
export function TextsProvider({ texts, children }: TextsProviderProps): ReactNode {
  const inherited = useTexts();
  const merged = useMemo(() => mergeTexts(inherited, texts), [inherited, texts]);
  return <TextsContext.Provider value={merged}>{children}</TextsContext.Provider>;
}

/**
 * The texts in force here, for panels of your own.
 * @example
 * const { locale, peers } = useTexts();
 * return <h2 lang={locale}>{peers.title}</h2>;
 */
export function useTexts(): Texts {
  return useContext(TextsContext);
}

/** Texts with some of them changed. */
export function mergeTexts(base: Texts, change: TextsOverride): Texts {
  const names = Object.keys(base) as (keyof Texts)[];
  const merged = names.map((name) => [name, mergeGroup(base[name], change[name])]);
  return Object.fromEntries(merged) as unknown as Texts;
}

function mergeGroup(base: Texts[keyof Texts], change: TextsOverride[keyof Texts]): unknown {
  return typeof base === "string" || typeof change === "string" ? (change ?? base) : { ...base, ...change };
}
