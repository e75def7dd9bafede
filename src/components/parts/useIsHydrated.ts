import { useSyncExternalStore } from "react";

const neverChanges = (): (() => void) => () => {};

/** `false` on a server and in the first render over its markup, which must be the same; else `true`. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
}
