import type { SwarmSnapshot, TaskSnapshot, TasksView } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { useSlice } from "./useSlice.js";

const tasksOf = (snapshot: SwarmSnapshot): TasksView => snapshot.tasks;
const listOf = ({ list }: TasksView): readonly TaskSnapshot[] => list;

/**
 * Tasks delegated and handled, newest last: all that are under way and the last 50 that have ended; or what `selector`
 * makes of all there is to know of tasks: slots, queue, approvals, breakers, counts. What only progresses or streams changes at most ten times a second.
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const running = useTasks(({ list }) => list.filter(({ state }) => state === "running").length);
 * const waiting = useTasks(({ approvals }) => approvals);
 */
export function useTasks(): readonly TaskSnapshot[];
export function useTasks<Selected>(
  selector: (tasks: TasksView) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected;
export function useTasks(
  selector: (tasks: TasksView) => unknown = listOf,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): unknown {
  return useSlice(tasksOf, selector, isEqual);
}
