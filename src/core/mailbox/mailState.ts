import type { AgentId } from "../identity/ids.js";

/** Letters of `sendReliably` that wait for their receivers. */
export interface MailboxSnapshot {
  /** By receiver; agents to whom nothing waits are left out. */
  readonly waiting: Readonly<Record<AgentId, number>>;
  readonly total: number;
}

export const EMPTY_MAILBOX: MailboxSnapshot = { waiting: {}, total: 0 };

/** The state of a queue; `before` itself where it says the same. */
export function mailboxSnapshot(
  counts: ReadonlyMap<AgentId, number>,
  before: MailboxSnapshot,
): MailboxSnapshot {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const isSame =
    total === before.total &&
    Object.keys(before.waiting).length === counts.size &&
    [...counts].every(([agentId, count]) => before.waiting[agentId] === count);
  return isSame ? before : { waiting: Object.fromEntries(counts), total };
}
