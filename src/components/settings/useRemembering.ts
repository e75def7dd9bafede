import { useState, useSyncExternalStore } from "react";
import { forgetSettings, recallSettings, rememberSettings, type SettingsChange } from "../../core/index.js";
import type { Remembering } from "./RememberChoice.js";

/** What {@link useRemembering} gives. */
export interface UseRemembering {
  readonly value: Remembering;
  /** Whether something else was chosen than what is kept. */
  readonly isChanged: boolean;
  readonly choose: (value: Remembering) => void;
  /** Takes the choice back. */
  readonly revert: () => void;
  /** Keeps settings as chosen. `false` where the browser keeps nothing. */
  readonly keep: (settings: SettingsChange) => boolean;
}

const never = () => () => undefined;

/** The choice to remember settings in this browser. @param storageKey `undefined` remembers nothing */
export function useRemembering(storageKey: string | undefined): UseRemembering {
  // A server has nothing to read, and the first render in the browser must equal its.
  const stored = useSyncExternalStore(
    never,
    () => (storageKey === undefined ? "nothing" : keptAt(storageKey)),
    () => "nothing" as const,
  );
  const [chosen, setChosen] = useState<Remembering>();
  const [kept, setKept] = useState<Remembering>();
  const before = kept ?? stored;
  const value = chosen ?? before;
  return {
    value,
    isChanged: value !== before,
    choose: setChosen,
    revert: () => setChosen(undefined),
    keep(settings) {
      setKept(value);
      setChosen(undefined);
      if (storageKey === undefined) return true;
      if (value !== "nothing")
        return rememberSettings(settings, { storageKey, withSecrets: value === "everything" });
      forgetSettings(storageKey);
      return true;
    },
  };
}

function keptAt(storageKey: string): Remembering {
  const { token, secret, iceServers, ...rest } = recallSettings(storageKey);
  if (typeof token === "string" || typeof secret === "string" || hasCredential(iceServers))
    return "everything";
  return Object.keys(rest).length > 0 || iceServers !== undefined ? "open" : "nothing";
}

function hasCredential(servers: SettingsChange["iceServers"]): boolean {
  return Array.isArray(servers) && servers.some((server) => "credential" in server);
}
