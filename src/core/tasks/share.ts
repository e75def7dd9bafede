import type { TaskLoad } from "./taskState.js";

/** How many tasks of one agent a member takes at once: as many as it has slots, and half of its queue besides. */
export function shareOf({ slots, maxQueued }: Pick<TaskLoad, "slots" | "maxQueued">): number {
  return slots + Math.ceil(maxQueued / 2);
}
