import type { AgentId } from "../identity/ids.js";
import type { StorageRange } from "../storage/storage.js";

/** Collections of how much waits to be sent and to be handled, by scope. */
export const OUT_TOTALS = "mail-out-totals";
export const IN_TOTALS = "mail-in-totals";

// As many digits as the largest safe integer has, so that keys sort as numbers do.
const SEQUENCE_DIGITS = 16;
// Above every character of a key.
const AFTER_ALL = "\uffff";

/** What one agent keeps of one room: the beginning of all its keys. */
export function scopeOf(agentId: AgentId, room: string): string {
  return `${agentId}/${encodeURIComponent(room)}`;
}

export function agentKey(scope: string, agentId: AgentId): string {
  return `${scope}/${agentId}`;
}

export function letterKey(scope: string, agentId: AgentId, sequence: number): string {
  return `${agentKey(scope, agentId)}/${String(sequence).padStart(SEQUENCE_DIGITS, "0")}`;
}

/** The agent of a key that {@link agentKey} made. */
export function agentOfKey(scope: string, key: string): AgentId {
  return key.slice(scope.length + 1);
}

/** Every key below this one. */
export function below(key: string): Required<Pick<StorageRange, "from" | "before">> {
  return { from: `${key}/`, before: `${key}/${AFTER_ALL}` };
}
