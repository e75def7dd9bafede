import type { BreakerState, TaskRole, TaskState } from "../core/index.js";
import { plural } from "./plural.js";

/** Texts of {@link TasksPanel}. */
export interface TaskTexts {
  readonly title: string;
  /** How busy this member is, numbers formatted. */
  readonly load: (load: { readonly busy: string; readonly slots: string; readonly queued: string }) => string;
  readonly list: string;
  readonly state: Readonly<Record<TaskState, string>>;
  readonly role: Readonly<Record<TaskRole, string>>;
  /** What stands before the peer's name. */
  readonly peer: Readonly<Record<TaskRole, string>>;
  readonly attempt: (attempt: number) => string;
  readonly progressOf: (type: string) => string;
  readonly choice: string;
  readonly others: string;
  readonly lastError: string;
  readonly id: string;
  readonly copyId: string;
  readonly output: string;
  readonly outputs: (chunks: number, size: string) => string;
  readonly cancel: string;
  readonly cancelTask: (type: string) => string;
  readonly approvals: string;
  /** For screen readers: how many requests wait for a decision. */
  readonly approvalsWaiting: (count: number) => string;
  readonly moreApprovals: (count: string) => string;
  /** Of a request: what it was given. */
  readonly input: string;
  /** When a request is refused by itself. */
  readonly expires: (duration: string) => string;
  readonly approve: string;
  readonly approveTask: (type: string) => string;
  readonly refuse: string;
  readonly refuseTask: (type: string) => string;
  /** Told to the delegator. */
  readonly refusedByHand: string;
  readonly breakers: string;
  readonly breaker: Readonly<Record<Exclude<BreakerState, "closed">, string>>;
  readonly failures: (count: number) => string;
  readonly retryAt: (time: string) => string;
  readonly empty: {
    readonly what: string;
    /** Where nobody else in the room does tasks. */
    readonly nobody: string;
    /** Before the types that can be done. */
    readonly types: string;
  };
}

export const englishTaskTexts: TaskTexts = {
  title: "Tasks",
  load: ({ busy, slots, queued }) => `${busy} of ${slots} slots busy, ${queued} queued`,
  list: "Tasks, newest first",
  state: {
    choosing: "Choosing",
    waiting: "Waiting",
    assigned: "Assigned",
    checking: "Being checked",
    approval: "Needs approval",
    queued: "Queued",
    running: "Running",
    done: "Done",
    failed: "Failed",
    cancelled: "Cancelled",
    refused: "Refused",
  },
  role: { delegated: "Delegated", handled: "Handled" },
  peer: { delegated: "to", handled: "from" },
  attempt: (attempt) => `attempt ${attempt}`,
  progressOf: (type) => `Progress of ${type}`,
  choice: "Chosen because",
  others: "Others",
  lastError: "Last attempt",
  id: "Task id",
  copyId: "Copy the task id",
  output: "Output",
  outputs: (chunks, size) => `${plural(chunks, "piece", "pieces")}, ${size}`,
  cancel: "Cancel",
  cancelTask: (type) => `Cancel ${type}`,
  approvals: "Waiting for your approval",
  approvalsWaiting: (count) =>
    count === 0 ? "" : `${plural(count, "task waits", "tasks wait")} for your approval.`,
  moreApprovals: (count) => `${count} more wait behind these.`,
  input: "Input",
  expires: (duration) => `refused in ${duration}`,
  approve: "Approve",
  approveTask: (type) => `Approve ${type}`,
  refuse: "Refuse",
  refuseTask: (type) => `Refuse ${type}`,
  refusedByHand: "They do not want it.",
  breakers: "Peers that failed lately",
  breaker: { open: "Skipped", "half-open": "On trial" },
  failures: (count) => `${plural(count, "failure", "failures")} in a row`,
  retryAt: (time) => `tried again at ${time}`,
  empty: {
    what: "No task has been delegated or handled yet.",
    nobody: "Nobody else here does tasks. Whoever handles a type of task takes work from the others.",
    types: "Delegate one of those that are done in this room:",
  },
};
