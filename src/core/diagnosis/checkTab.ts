import type { Finding } from "../finding.js";
import { type Check, pause } from "./check.js";

const TIMER_MS = 250;
// Timers of background tabs are aligned to whole seconds, which harms nothing; later ones make peers think us asleep.
const LATE_MS = 3000;

/** Whether this tab runs as it should, and whether it has done so lately. */
export const checkTab: Check = async ({ port, history, signal }) => {
  const { clock } = port.runtime;
  const startedAtMs = clock.now();
  await pause(clock, TIMER_MS, signal);
  const cameAfterMs = clock.now() - startedAtMs;
  const timer = { kind: "timer", dueAfterMs: TIMER_MS, cameAfterMs } as const;
  const findings: Finding[] = [];
  if (cameAfterMs - TIMER_MS >= LATE_MS) {
    findings.push({
      code: "tab-throttled",
      severity: "warning",
      what: "The browser runs this tab far too seldom: a timer came seconds late.",
      fix: "Bring the tab to the front, and exempt it from memory or energy saving if it goes on.",
      evidence: [timer],
    });
  }
  const sleep = history.lastSleep();
  if (sleep !== undefined) {
    findings.push({
      code: "tab-slept",
      severity: "info",
      what: "This tab was asleep a moment ago: others saw it as asleep, and what it missed is being caught up.",
      fix: "Keep the tab visible while it is needed, or exempt it from memory or energy saving.",
      evidence: [{ kind: "sleep", ...sleep }],
    });
  }
  if (globalThis.document?.visibilityState === "hidden") findings.push(HIDDEN);
  return { findings, evidence: [timer] };
};

const HIDDEN: Finding = {
  code: "tab-hidden",
  severity: "info",
  what: "This tab is in the background: the browser slows its timers, and may put it to sleep.",
  fix: "Bring the tab to the front if something is slow.",
  evidence: [],
};
