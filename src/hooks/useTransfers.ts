import type { SwarmSnapshot, TransferSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const transfersOf = (snapshot: SwarmSnapshot): readonly TransferSnapshot[] => snapshot.transfers;

/**
 * Files and big payloads, newest last: all that are under way and the last 50 that have ended; or what `selector`
 * makes of them. They change at most four times a second.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const active = useTransfers((transfers) => transfers.filter(({ state }) => state === "active").length);
 */
export function useTransfers(): readonly TransferSnapshot[];
export function useTransfers<Selected>(
  selector: (transfers: readonly TransferSnapshot[]) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useTransfers(
  selector: (transfers: readonly TransferSnapshot[]) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(transfersOf, selector, isEqual);
}
