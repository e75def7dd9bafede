import type { SwarmStatus } from "../../core/index.js";
import { englishConnectionTexts } from "../locales/en/connection.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link ConnectionPanel}. */
export interface ConnectionTexts {
  readonly title: string;
  readonly status: Readonly<Record<SwarmStatus, string>>;
  readonly server: string;
  readonly room: string;
  readonly peerId: string;
  readonly copyPeerId: string;
  readonly uptime: string;
  readonly fix: string;
  readonly nextTry: (seconds: string) => string;
  readonly trying: string;
  /** Beside the wait for the next one. */
  readonly failedTries: (count: number, formatted: string) => string;
  readonly notice: string;
  readonly reconnect: string;
  readonly disconnect: string;
  readonly announce: string;
  readonly announced: (members: number) => string;
  readonly actions: string;
}

export function useConnectionTexts(): ConnectionTexts {
  return useTextsOf("connection", englishConnectionTexts);
}
