import type { AgentId } from "../identity/ids.js";
import type { StorageRange } from "../storage/storage.js";

/** Collections: signed records, ids of what was removed, which blocks make up some content, and the blocks. */
export const RECORDS = "knowledge-records";
export const FORGOTTEN = "knowledge-forgotten";
export const CONTENTS = "knowledge-contents";
export const BLOCKS = "knowledge-blocks";

// Above every character of a key.
const AFTER_ALL = "\uffff";

/** What one agent keeps of one room: the beginning of all its keys. */
export function scopeOf(agentId: AgentId, room: string): string {
  return `${agentId}/${encodeURIComponent(room)}`;
}

export function keyIn(scope: string, id: string): string {
  return `${scope}/${id}`;
}

export function idOfKey(scope: string, key: string): string {
  return key.slice(scope.length + 1);
}

export function allOf(scope: string): Required<Pick<StorageRange, "from" | "before">> {
  return { from: `${scope}/`, before: `${scope}/${AFTER_ALL}` };
}
