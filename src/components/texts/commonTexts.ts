import type { RiskLevel } from "../../core/index.js";
import { englishCommonTexts } from "../locales/en/common.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts that several panels show. */
export interface CommonTexts {
  /** In the place of a value that is not known. */
  readonly unknown: string;
  readonly copied: string;
  readonly copyFailed: string;
  /** Names of bytes, kilobytes (of 1024 bytes), megabytes and gigabytes. */
  readonly byteUnits: readonly [string, string, string, string];
  /** In the place of this member's own name. */
  readonly you: string;
  readonly risk: Readonly<Record<RiskLevel, string>>;
  /** For screen readers: how to move in a long list. */
  readonly keys: string;
}

export function useCommonTexts(): CommonTexts {
  return useTextsOf("common", englishCommonTexts);
}
