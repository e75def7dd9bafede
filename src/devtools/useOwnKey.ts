import { useEffect } from "react";

const taken = new Map<string, number>();

/** Says so where two devtools of one page keep what they remember at the same place: each would lose what the other writes. */
export function useOwnKey(storageKey: string): void {
  useEffect(() => {
    const others = taken.get(storageKey) ?? 0;
    taken.set(storageKey, others + 1);
    if (others === 1)
      console.warn(
        `Two SwarmDevtools of this page have the storageKey "${storageKey}", and forget what the other remembers. ` +
          "Give each a storageKey and a corner of its own.",
      );
    return () => void taken.set(storageKey, (taken.get(storageKey) ?? 1) - 1);
  }, [storageKey]);
}
