import type { TaskCounts, TaskSnapshot, TaskState } from "../../core/index.js";

/** Which tasks are listed. */
export type TaskFilter = "all" | "active" | "done" | "failed" | "cancelled";

const FILTER_OF: Partial<Readonly<Record<TaskState, TaskFilter>>> = {
  done: "done",
  failed: "failed",
  refused: "failed",
  cancelled: "cancelled",
};

export function fitsFilter({ state }: TaskSnapshot, filter: TaskFilter): boolean {
  return filter === "all" || (FILTER_OF[state] ?? "active") === filter;
}

/** How many tasks there have been of each, those that are no longer listed counted. */
export function countsOf(counts: TaskCounts): Readonly<Record<TaskFilter, number>> {
  const { delegated, handled, active, done, failed, refused, cancelled } = counts;
  return { all: delegated + handled, active, done, failed: failed + refused, cancelled };
}
