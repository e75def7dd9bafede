import type { MeshHealth, SwarmSnapshot } from "../core/index.js";
import { meshHealth } from "../core/store/meshHealth.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { itself, useSlice } from "./useSlice.js";

type Sources = Pick<SwarmSnapshot, "peers" | "connecting" | "attempts">;
interface Known {
  readonly sources: Sources;
  readonly health: MeshHealth;
}

// By the list of peers, so that every component of every swarm shares one health per state of the mesh.
const known = new WeakMap<SwarmSnapshot["peers"], Known>();

function healthOf(snapshot: SwarmSnapshot): MeshHealth {
  const { peers, connecting, attempts } = snapshot;
  const before = known.get(peers);
  if (before?.sources.connecting === connecting && before.sources.attempts === attempts) return before.health;
  const health = meshHealth(snapshot);
  known.set(peers, { sources: { peers, connecting, attempts }, health });
  return health;
}

// The list of the missing is made anew with every change of any peer, though its members stay the same.
function isSameHealth(a: unknown, b: unknown): boolean {
  if (!isHealth(a) || !isHealth(b)) return isShallowEqual(a, b);
  return (
    isShallowEqual({ ...a, missing: undefined }, { ...b, missing: undefined }) &&
    isShallowEqual(a.missing, b.missing)
  );
}

function isHealth(value: unknown): value is MeshHealth {
  return typeof value === "object" && value !== null && "expectedLinks" in value && "missing" in value;
}

/**
 * How whole the mesh is: links that should exist and do, those that are missing, and how the dials went; or what
 * `selector` makes of it.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const isWhole = useMeshHealth(({ missing }) => missing.length === 0);
 */
export function useMeshHealth(): MeshHealth;
export function useMeshHealth<Selected>(
  selector: (health: MeshHealth) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useMeshHealth(
  selector: (health: MeshHealth) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = isSameHealth,
): unknown {
  return useSlice(healthOf, selector, isEqual);
}
