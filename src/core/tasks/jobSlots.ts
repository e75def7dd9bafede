import type { AgentId } from "../identity/ids.js";
import type { Job } from "./job.js";
import { shareOf } from "./share.js";
import type { TaskLimits } from "./taskApi.js";
import { DEFAULT_MAX_QUEUED_TASKS, DEFAULT_TASK_SLOTS, type TaskLoad } from "./taskState.js";
import { createTurns } from "./turns.js";

/** Who runs and who waits. */
export interface JobSlots {
  readonly load: TaskLoad;
  /** Those that wait for a slot, in the order in which they get one. */
  queue(): readonly Job[];
  /** Whether one more of this agent may come: there is a place, and it has not had its share. */
  hasRoom(agentId: AgentId): boolean;
  has(job: Job): boolean;
  /** It takes a place, judged or not. @param run called once a slot is its own */
  enter(job: Job, run: () => Promise<void>): void;
  /** It runs as soon as there is a slot, agents in turn. */
  enqueue(job: Job): void;
  /** It has ended. One whose executor ignores its signal keeps its slot until that returns. */
  leave(job: Job): void;
  resize(limits: Pick<TaskLimits, "slots" | "maxQueued">): void;
}

export function createJobSlots(onChange: () => void): JobSlots {
  /** Judged, waiting or at work. */
  const runs = new Map<Job, () => Promise<void>>();
  const running = new Set<Job>();
  const waiting = createTurns<Job>();
  let slots = DEFAULT_TASK_SLOTS;
  let maxQueued = DEFAULT_MAX_QUEUED_TASKS;

  const fill = (): void => {
    while (running.size < slots) {
      const job = waiting.next();
      const run = job && runs.get(job);
      if (run === undefined) break;
      running.add(job as Job);
      void run().then(() => free(job as Job));
    }
    onChange();
  };

  const free = (job: Job): void => {
    running.delete(job);
    waiting.remove(job.from.agentId, job);
    if (runs.delete(job)) fill();
  };

  const countOf = (agentId: AgentId): number => {
    let count = 0;
    for (const { from } of runs.keys()) if (from.agentId === agentId) count++;
    return count;
  };

  return {
    get load() {
      return { slots, maxQueued, busy: running.size, queued: runs.size - running.size };
    },
    queue: () => waiting.inOrder(),
    hasRoom: (agentId) => runs.size < slots + maxQueued && countOf(agentId) < shareOf({ slots, maxQueued }),
    has: (job) => runs.has(job),
    enter(job, run) {
      runs.set(job, run);
      onChange();
    },
    enqueue(job) {
      waiting.add(job.from.agentId, job);
      fill();
    },
    leave(job) {
      if (!running.has(job)) free(job);
    },
    resize(limits) {
      slots = limits.slots ?? slots;
      maxQueued = limits.maxQueued ?? maxQueued;
      fill();
    },
  };
}
