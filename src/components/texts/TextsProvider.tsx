import { createContext, type ReactNode, useContext, useMemo } from "react";
import { completeGroup, type GroupName, mergeOverrides } from "./mergeTexts.js";
import type { Texts, TextsOverride } from "./texts.js";

/** What differs from English, so that a panel brings its own English words and no others. */
export const TextsContext = createContext<TextsOverride>({});

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
  const inherited = useContext(TextsContext);
  const merged = useMemo(() => mergeOverrides(inherited, texts), [inherited, texts]);
  return <TextsContext.Provider value={merged}>{children}</TextsContext.Provider>;
}

/** One group of the texts in force here. */
export function useTextsOf<Name extends GroupName>(name: Name, english: Texts[Name]): Texts[Name] {
  const override = useContext(TextsContext)[name] as Partial<Texts[Name]> | undefined;
  return override === undefined ? english : completeGroup(english, override);
}

export function useLocale(): string {
  return useContext(TextsContext).locale ?? "en";
}
