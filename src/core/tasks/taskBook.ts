import type { Cancel } from "../clock.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { isEnded, reduceTask, type TaskEvent } from "./taskMachine.js";
import {
  EMPTY_TASKS,
  ENDED_TASKS_KEPT,
  NO_TASK_COUNTS,
  type TaskCounts,
  type TaskSnapshot,
  type TasksView,
} from "./taskState.js";
import { PROGRESS_MS } from "./wire.js";

/** A task in the list. */
export interface BookedTask {
  readonly task: TaskSnapshot;
  apply(event: TaskEvent): void;
}

/** All tasks as the store shows them, and the one who tells the app of them. */
export interface TaskBook {
  add(task: TaskSnapshot): BookedTask;
  /** Shows what is not a task: loads, breakers, approvals. */
  show(part: Partial<TasksView>): void;
  /** Nothing is published late any more. */
  rest(): void;
}

export function createTaskBook(port: ProtocolPort): TaskBook {
  const tasks = new Map<number, TaskSnapshot>();
  const ended: number[] = [];
  const progressed = new Set<number>();
  let lastKey = 0;
  let counts: TaskCounts = NO_TASK_COUNTS;
  let view: TasksView = EMPTY_TASKS;
  let stopTimer: Cancel | undefined;

  const publish = (part: Partial<TasksView>): void => {
    view = { ...view, ...part };
    port.publish({ tasks: view });
  };

  const flush = (): void => {
    stopTimer?.();
    stopTimer = undefined;
    publish({ list: [...tasks.values()], counts });
    const due = [...progressed];
    progressed.clear();
    for (const key of due) {
      const task = tasks.get(key);
      if (task !== undefined && !isEnded(task)) port.emit("task-progress", task);
    }
  };

  // Output and progress come often; what they change is shown at intervals.
  const flushSoon = (): void => {
    stopTimer ??= port.runtime.clock.setTimer(PROGRESS_MS, () => {
      stopTimer = undefined;
      flush();
    });
  };

  const end = (task: TaskSnapshot): void => {
    const state = task.state as "done" | "failed" | "cancelled" | "refused";
    counts = { ...counts, active: counts.active - 1, [state]: counts[state] + 1 };
    ended.push(task.key);
    if (ended.length > ENDED_TASKS_KEPT) tasks.delete(ended.shift() as number);
    port.note({
      kind: "task_ended",
      detail: {
        task: task.id,
        role: task.role,
        state,
        attempt: task.attempt,
        code: task.error?.code ?? null,
      },
    });
    flush();
    port.emit("task-ended", task);
  };

  const changed = (before: TaskSnapshot, after: TaskSnapshot): void => {
    tasks.set(after.key, after);
    if (isEnded(after)) return end(after);
    progressed.add(after.key);
    if (before.state === after.state && before.peerId === after.peerId) flushSoon();
    else flush();
  };

  return {
    add(task) {
      const first: TaskSnapshot = { ...task, key: ++lastKey };
      const { key } = first;
      tasks.set(key, first);
      counts = { ...counts, active: counts.active + 1, [first.role]: counts[first.role] + 1 };
      flush();
      port.emit("task-started", first);
      let latest = first;
      return {
        get task() {
          return latest;
        },
        apply(event) {
          const before = latest;
          latest = reduceTask(before, event);
          if (latest !== before) changed(before, latest);
        },
      };
    },
    show: publish,
    rest() {
      if (stopTimer !== undefined) flush();
    },
  };
}
