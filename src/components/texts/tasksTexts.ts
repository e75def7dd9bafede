import type { BreakerState, TaskRole, TaskState } from "../../core/index.js";
import { englishTasksTexts } from "../locales/en/tasks.js";
import type { TaskFilter } from "../tasks/taskFilter.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link TasksPanel}. */
export interface TasksTexts {
  readonly title: string;
  /** How busy this member is, numbers formatted. */
  readonly load: (load: { readonly busy: string; readonly slots: string; readonly queued: string }) => string;
  readonly list: string;
  /** For screen readers: what the filter chooses. */
  readonly show: string;
  readonly filter: Readonly<Record<TaskFilter, string>>;
  /** Since when tasks are counted, and how many of those are listed; numbers formatted. */
  readonly kept: (shown: string, all: string) => string;
  readonly noneSuch: string;
  readonly state: Readonly<Record<TaskState, string>>;
  readonly role: Readonly<Record<TaskRole, string>>;
  /** What stands before the peer's name. */
  readonly peer: Readonly<Record<TaskRole, string>>;
  /** In the place of the peer's name while there is none. */
  readonly nobody: string;
  /** Of a task that waits for a slot here: which of how many. */
  readonly place: (place: string, all: string) => string;
  readonly attempt: (attempt: number) => string;
  readonly progressOf: (type: string) => string;
  readonly choice: string;
  readonly others: string;
  readonly lastError: string;
  readonly began: string;
  readonly ended: string;
  readonly id: string;
  readonly copyId: string;
  readonly output: string;
  readonly outputs: (chunks: number, size: string) => string;
  /** What else is among the messages that brought the output. */
  readonly otherOutputs: string;
  readonly cancel: string;
  readonly cancelTask: (type: string) => string;
  readonly approvals: string;
  /** For screen readers: how many requests wait for a decision. */
  readonly approvalsWaiting: (count: number) => string;
  readonly moreApprovals: (count: string) => string;
  /** What a task was given. */
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
  readonly retryIn: (duration: string) => string;
  readonly empty: {
    readonly what: string;
    /** Where nobody else in the room does tasks. */
    readonly nobody: string;
    /** Before the types that can be done. */
    readonly types: string;
  };
}

export function useTasksTexts(): TasksTexts {
  return useTextsOf("tasks", englishTasksTexts);
}
