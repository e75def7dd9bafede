import { useDebugValue, useInsertionEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { SwarmSnapshot } from "../core/index.js";
import { memoise, Shown } from "./selection.js";
import { useSwarm } from "./useSwarm.js";

/**
 * The one subscription behind every hook. `slice` takes a part of the snapshot and must be a constant;
 * `select` runs only when that part has changed, however often the rest does.
 */
export function useSlice<Slice, Selected>(
  slice: (snapshot: SwarmSnapshot) => Slice,
  select: (slice: Slice) => Selected,
  isEqual: (a: Selected, b: Selected) => boolean,
): Selected {
  const { store } = useSwarm();
  const [shown] = useState(() => new Shown<Selected>());
  const getSelection = useMemo(
    () => memoise({ read: () => slice(store.getSnapshot()), select, isEqual, shown }),
    [store, slice, select, isEqual, shown],
  );
  const selected = useSyncExternalStore(store.subscribe, getSelection, getSelection);
  // Before any other effect: what they change must already be compared with what is shown.
  useInsertionEffect(() => shown.show(selected), [shown, selected]);
  useDebugValue(selected);
  return selected;
}

export function itself<Value>(value: Value): Value {
  return value;
}
