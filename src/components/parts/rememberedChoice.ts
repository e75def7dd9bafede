import type { Cancel } from "../../core/index.js";

const YES = "joined";

/** A yes or no that outlives the page where the browser lets it. */
export interface RememberedChoice {
  get(): boolean;
  set(value: boolean): void;
  subscribe(listener: () => void): Cancel;
}

/** @param key in localStorage; `undefined` remembers nothing beyond the page */
export function rememberedChoice(key: string | undefined): RememberedChoice {
  let value: boolean | undefined;
  const listeners = new Set<() => void>();
  return {
    // Read when first asked, not when made: a server has no storage and asks for nothing.
    get: () => (value ??= readYes(key)),
    set(next) {
      value = next;
      writeYes(key, next);
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

// Storage throws where the browser forbids it; the choice then lasts as long as the page.
function readYes(key: string | undefined): boolean {
  if (key === undefined) return false;
  try {
    return localStorage.getItem(key) === YES;
  } catch {
    return false;
  }
}

function writeYes(key: string | undefined, isYes: boolean): void {
  if (key === undefined) return;
  try {
    if (isYes) localStorage.setItem(key, YES);
    else localStorage.removeItem(key);
  } catch {}
}
