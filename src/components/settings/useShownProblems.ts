import { useState } from "react";
import { useSettingsTexts } from "../texts/settingsTexts.js";
import type { Problems } from "./form.js";

/** What {@link useShownProblems} gives. */
export interface ShownProblems {
  /** The text of a field's problem, where it is to be shown. */
  readonly at: (field: string) => string | undefined;
  readonly has: (field: string) => boolean;
  readonly count: number;
  /** How often somebody went on in spite of problems. */
  readonly attempts: number;
  /** Somebody is done with a field. */
  readonly touch: (field: string) => void;
  readonly showAll: () => void;
  readonly hideAll: () => void;
}

/** Shows a problem not while somebody is typing, but once they leave the field or want to go on. */
export function useShownProblems(problems: Problems): ShownProblems {
  const texts = useSettingsTexts();
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [attempts, setAttempts] = useState(0);
  const [isAll, setAll] = useState(false);
  const has = (field: string): boolean => problems.has(field) && (isAll || touched.has(field));
  return {
    has,
    at(field) {
      const problem = has(field) ? problems.get(field) : undefined;
      if (problem === undefined) return undefined;
      return problem === "relay-without-turn" ? texts.relayWithoutTurn : texts.problem(problem, field);
    },
    count: [...problems.keys()].filter(has).length,
    attempts,
    touch: (field) => setTouched((before) => (before.has(field) ? before : new Set([...before, field]))),
    showAll() {
      setAll(true);
      setAttempts(attempts + 1);
    },
    hideAll() {
      setAll(false);
      setTouched(new Set());
    },
  };
}
