import { useCallback } from "react";
import type { SettingsChange, SettingsTest, SettingsTestPart, SettingsView } from "../core/index.js";
import { type Run, useRun } from "./useRun.js";
import { useSwarm } from "./useSwarm.js";
import { useSwarmSelector } from "./useSwarmSelector.js";

/** What {@link useSettings} gives. */
export interface UseSettingsResult {
  /** What is in force, without token, secret and credentials; the room and the server are in `useSignaling()`. */
  readonly settings: SettingsView;
  /**
   * Makes a change, cautiously: where the new server or room would not have us, nothing is left, or the old ones are entered
   * again. It goes on when the component is gone.
   */
  readonly apply: Run<SettingsChange, void>;
}

/** Longest that joining a new room may take before the old one is entered again. */
const JOIN_WITHIN_MS = 15_000;

/**
 * Server, room, token and ICE: what is in force, and how to change it while the swarm lives.
 * @example
 * const { settings, apply } = useSettings();
 * <button disabled={apply.state === "running"} onClick={() => apply.start({ room: "library" })}>To the library</button>
 * {apply.error?.message}
 */
export function useSettings(): UseSettingsResult {
  const swarm = useSwarm();
  const settings = useSwarmSelector((snapshot) => snapshot.settings, Object.is);
  const configure = useCallback(
    (change: SettingsChange, signal: AbortSignal) =>
      swarm.configureSignaling(change, { isCautious: true, timeoutMs: JOIN_WITHIN_MS, signal }),
    [swarm],
  );
  return { settings, apply: useRun(configure, true) };
}

/** What a test is given: what to look at, and what would be changed. */
export interface SettingsTestInput {
  readonly part: SettingsTestPart;
  readonly change: SettingsChange;
}

/**
 * Tests settings before they are in force, when told to; ends with the component.
 * @example
 * const { state, result, start } = useSettingsTest();
 * <button onClick={() => start({ part: "server", change: { url: "https://signal.example.org" } })}>Test</button>
 * {state === "done" && result?.findings.map(({ what, fix }) => <p key={what}>{what} {fix}</p>)}
 */
export function useSettingsTest(): Run<SettingsTestInput, SettingsTest> {
  const swarm = useSwarm();
  const test = useCallback(
    ({ part, change }: SettingsTestInput, signal: AbortSignal) =>
      swarm.testSettings(part, { change, signal }),
    [swarm],
  );
  return useRun(test, false);
}
