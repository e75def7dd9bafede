import { isPanelName, type PanelName } from "../panels.js";

/** Which panels a visitor has chosen, in their order, where the browser lets it outlive the page. */
export interface PanelChoice {
  /** `undefined`: nothing was chosen yet. The same reference until it changes. */
  get(): readonly PanelName[] | undefined;
  /** `undefined` forgets the choice. */
  set(names: readonly PanelName[] | undefined): void;
  subscribe(listener: () => void): () => void;
}

/** @param key in localStorage; `undefined` remembers nothing beyond the page */
export function panelChoice(key: string | undefined): PanelChoice {
  let isRead = false;
  let names: readonly PanelName[] | undefined;
  const listeners = new Set<() => void>();
  return {
    get() {
      // When first asked, not when made: a server has no storage and asks for nothing.
      if (!isRead) names = readNames(key);
      isRead = true;
      return names;
    },
    set(next) {
      isRead = true;
      names = next;
      writeNames(key, next);
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Moves an entry by one place, up (-1) or down (1); at an end it stays. */
export function movedBy<Item>(items: readonly Item[], item: Item, step: -1 | 1): readonly Item[] {
  const from = items.indexOf(item);
  const to = from + step;
  if (from < 0 || to < 0 || to >= items.length) return items;
  const moved = items.filter((one) => one !== item);
  moved.splice(to, 0, item);
  return moved;
}

// A panel that an older or newer version knew is left out; storage throws where the browser forbids it.
function readNames(key: string | undefined): readonly PanelName[] | undefined {
  if (key === undefined) return undefined;
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : [...new Set(text.split(" "))].filter(isPanelName);
  } catch {
    return undefined;
  }
}

function writeNames(key: string | undefined, names: readonly PanelName[] | undefined): void {
  if (key === undefined) return;
  try {
    if (names === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, names.join(" "));
  } catch {
    // The choice lasts as long as the page.
  }
}
