import type { AgentId } from "../identity/ids.js";
import type { StorageRange } from "../storage/storage.js";

/** By scope and proposal: when it opened and ended, and the letters that say so. */
export const VOTES = "votes";

// Above every character of a key.
const AFTER_ALL = "\uffff";

/** What one agent keeps of one room: the beginning of all its keys. */
export function scopeOf(agentId: AgentId, room: string): string {
  return `${agentId}/${encodeURIComponent(room)}`;
}

/** Every key below this one. */
export function below(key: string): Required<Pick<StorageRange, "from" | "before">> {
  return { from: `${key}/`, before: `${key}/${AFTER_ALL}` };
}
