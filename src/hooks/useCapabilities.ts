import type { Swarm } from "../core/index.js";
import { type Capabilities, createCapabilityReader } from "./capabilityBook.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

type Reader = ReturnType<typeof createCapabilityReader>;

// One for all components of a swarm, so that they share what it gives.
const readers = new WeakMap<Swarm, Reader>();

function readerOf(swarm: Swarm): Reader {
  let reader = readers.get(swarm);
  if (reader === undefined) {
    reader = createCapabilityReader();
    readers.set(swarm, reader);
  }
  return reader;
}

/**
 * Who can do what: by the name of a capability, the members that announce it, this one first, then connected peers in the
 * order in which they were proven; or what `selector` makes of it. Capabilities are claims. The record has no prototype.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const canRunPython = useCapabilities((capabilities) => capabilities["python-execution"] !== undefined);
 */
export function useCapabilities(): Capabilities;
export function useCapabilities<Selected>(
  selector: (capabilities: Capabilities) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useCapabilities(
  selector: (capabilities: Capabilities) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(readerOf(useSwarm()), selector, isEqual);
}
