import type { Cancel } from "./clock.js";

/** What a page goes through that a swarm must know of. */
export interface PageLife {
  /** The page goes away: close what can be closed without waiting. */
  onHide(): void;
  /** The page came back from the back-forward cache, with every connection dead. */
  onRestore(): void;
  /** The browser has a network again. */
  onOnline(): void;
}

/** Listens to the page, where there is one. */
export function watchPage({ onHide, onRestore, onOnline }: PageLife): Cancel {
  if (typeof document === "undefined" || typeof globalThis.addEventListener !== "function")
    return () => undefined;
  const onShow = (event: PageTransitionEvent): void => {
    if (event.persisted) onRestore();
  };
  globalThis.addEventListener("pagehide", onHide);
  globalThis.addEventListener("pageshow", onShow);
  globalThis.addEventListener("online", onOnline);
  return () => {
    globalThis.removeEventListener("pagehide", onHide);
    globalThis.removeEventListener("pageshow", onShow);
    globalThis.removeEventListener("online", onOnline);
  };
}
