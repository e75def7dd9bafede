import { createContext, type ReactNode, useContext, useMemo } from "react";
import { englishTexts, type Texts, type TextsOverride } from "./texts.js";

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

/** The texts in force here, for panels of your own. */
export function useTexts(): Texts {
  return useContext(TextsContext);
}

function mergeTexts(base: Texts, change: TextsOverride): Texts {
  return {
    locale: change.locale ?? base.locale,
    common: { ...base.common, ...change.common },
    connection: { ...base.connection, ...change.connection },
    peers: { ...base.peers, ...change.peers },
    bandwidth: { ...base.bandwidth, ...change.bandwidth },
    messageStats: { ...base.messageStats, ...change.messageStats },
    activity: { ...base.activity, ...change.activity },
    transfers: { ...base.transfers, ...change.transfers },
    diagnosis: { ...base.diagnosis, ...change.diagnosis },
    witness: { ...base.witness, ...change.witness },
    tasks: { ...base.tasks, ...change.tasks },
    consensus: { ...base.consensus, ...change.consensus },
    knowledge: { ...base.knowledge, ...change.knowledge },
    gate: { ...base.gate, ...change.gate },
  };
}
