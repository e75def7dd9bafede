import { englishDevtoolsTexts } from "../locales/en/devtools.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of `SwarmDevtools`. */
export interface DevtoolsTexts {
  readonly title: string;
  /** The button that opens it; `peers` connected, formatted. */
  readonly open: (status: string, peers: string) => string;
  readonly close: string;
  readonly move: string;
  readonly resize: string;
  /** For screen readers, of both: how. */
  readonly arrowKeys: string;
  readonly panels: string;
}

export function useDevtoolsTexts(): DevtoolsTexts {
  return useTextsOf("devtools", englishDevtoolsTexts);
}
