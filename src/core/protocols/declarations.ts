import type { Cancel } from "../clock.js";
import type { Profile } from "../store/snapshot.js";

/** What this member says of itself: what the app chose, and what its parts declare while they can do it. */
export interface Declarations {
  readonly profile: Profile;
  /** What the app chose. Nothing changes where `check` throws. */
  choose(change: Partial<Profile>): void;
  declare(capability: string): Cancel;
}

/**
 * @param check throws where a profile cannot be announced
 * @param onChanged once for all that is declared or taken back in one go
 */
export function createDeclarations(
  first: Profile,
  check: (profile: Profile) => void,
  onChanged: () => void,
): Declarations {
  let chosen = first;
  let profile = first;
  let isChanging = false;
  const counts = new Map<string, number>();

  const merged = (of: Profile): Profile =>
    counts.size === 0 ? of : { ...of, capabilities: [...new Set([...of.capabilities, ...counts.keys()])] };

  const changed = (): void => {
    profile = merged(chosen);
    if (isChanging) return;
    isChanging = true;
    queueMicrotask(() => {
      isChanging = false;
      onChanged();
    });
  };

  return {
    get profile() {
      return profile;
    },
    choose(change) {
      const next = { ...chosen, ...change };
      const all = merged(next);
      check(all);
      chosen = next;
      profile = all;
    },
    declare(capability) {
      const count = counts.get(capability) ?? 0;
      if (count === 0) check({ ...profile, capabilities: [...profile.capabilities, capability] });
      counts.set(capability, count + 1);
      if (count === 0) changed();
      let isDeclared = true;
      return () => {
        if (!isDeclared) return;
        isDeclared = false;
        const left = (counts.get(capability) ?? 1) - 1;
        if (left > 0) return void counts.set(capability, left);
        counts.delete(capability);
        changed();
      };
    },
  };
}
