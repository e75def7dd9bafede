import type { SettingsTest, SwarmError } from "../../core/index.js";
import { englishSettingsTexts } from "../locales/en/settings.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link SettingsPanel}. */
export interface SettingsTexts {
  readonly title: string;
  /** Names the form for screen readers. */
  readonly form: string;
  readonly name: string;
  readonly nameHint: string;
  readonly room: string;
  readonly server: string;
  readonly serverHint: string;
  readonly secret: string;
  readonly token: string;
  readonly key: string;
  readonly keyHint: string;
  /** In the place of a token, secret or credential that is there and not shown. */
  readonly isSet: string;
  readonly isNotSet: string;
  readonly secretHint: string;
  readonly tokenHint: string;
  readonly removeSecret: string;
  readonly removeToken: string;
  /** Heads what few people need. */
  readonly access: string;
  readonly ice: string;
  readonly iceHint: string;
  readonly iceFetched: string;
  readonly iceNone: string;
  /** One ICE server, by its place from 1. */
  readonly iceServer: (place: string, kind: string) => string;
  readonly kind: Readonly<Record<"stun" | "turn" | "unknown", string>>;
  readonly urls: string;
  readonly urlsHint: string;
  readonly username: string;
  readonly credential: string;
  /** A server in force whose address or username was changed. */
  readonly retype: string;
  readonly add: string;
  readonly removeIce: string;
  /** For screen readers. */
  readonly remove: (place: string) => string;
  readonly relayOnly: string;
  readonly relayHint: string;
  readonly relayWithoutTurn: string;
  /** What is wrong with a field; the default is the error's own text, so a translation goes by the field. */
  readonly problem: (error: SwarmError, field: string) => string;
  readonly testServer: string;
  readonly testIce: string;
  /** For screen readers, where several servers have the same button. */
  readonly testIceServer: (place: string) => string;
  readonly stopTest: string;
  /** Testing while the swarm is off. */
  readonly testExposes: string;
  readonly testState: Readonly<Record<SettingsTest["verdict"] | "running" | "error", string>>;
  /** Something answered well, after so long. */
  readonly answered: (duration: string) => string;
  readonly welcome: string;
  readonly remember: string;
  readonly rememberSecrets: string;
  readonly rememberHint: string;
  readonly effect: {
    readonly nothing: string;
    readonly later: string;
    readonly rejoin: (from: Whereabouts, to: Whereabouts) => string;
    readonly token: string;
    readonly ice: string;
    /** The name alone. */
    readonly name: string;
  };
  readonly problems: (count: number) => string;
  readonly apply: string;
  readonly revert: string;
  readonly applying: string;
  readonly stop: string;
  readonly stopped: string;
  readonly applied: (room: string, isOff: boolean) => string;
  /** An apply that failed. */
  readonly failed: string;
  /** The browser keeps nothing. */
  readonly notRemembered: string;
}

/** A room on a server, for people. */
export interface Whereabouts {
  readonly room: string;
  readonly server: string;
}

export function useSettingsTexts(): SettingsTexts {
  return useTextsOf("settings", englishSettingsTexts);
}
