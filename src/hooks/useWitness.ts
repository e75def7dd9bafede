import type { SwarmSnapshot, WitnessSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

const witnessOf = (snapshot: SwarmSnapshot): WitnessSnapshot => snapshot.witness;

/**
 * The witness log of this session: how many records, how far they are signed, and the last 50; or what `selector`
 * makes of them. Brought up to date at most four times a second. The whole log comes from `swarm.witness.export()`.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const head = useWitness((witness) => witness.head?.hash);
 */
export function useWitness(): WitnessSnapshot;
export function useWitness<Selected>(
  selector: (witness: WitnessSnapshot) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useWitness(
  selector: (witness: WitnessSnapshot) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(witnessOf, selector, isEqual);
}
