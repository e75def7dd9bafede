import { SwarmError } from "../errors.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { TaskDefinition } from "./definition.js";
import type { TaskLimits, Tasks } from "./taskApi.js";
import { MAX_QUEUED_TASKS, MAX_TASK_SLOTS } from "./taskState.js";

/**
 * What an app has before it defines a task. The definition brings the code; what was configured by then is handed on.
 * @param begin starts a part of the swarm once
 */
export function createTasks(begin: (start: (port: ProtocolPort) => Tasks) => Tasks): Tasks {
  let limits: TaskLimits = {};
  let tasks: Tasks | undefined;

  const of = ({ start }: Pick<TaskDefinition, "start">): Tasks => {
    if (tasks !== undefined) return tasks;
    tasks = begin(start);
    tasks.configure(limits);
    return tasks;
  };

  return {
    handle: (definition, executor, options) => of(definition).handle(definition, executor, options),
    delegate: (definition, input, options) => of(definition).delegate(definition, input, options),
    cancel: (id) => tasks?.cancel(id),
    configure(change) {
      assertLimits(change);
      limits = { ...limits, ...change };
      tasks?.configure(change);
    },
    approve: (requestId) => tasks?.approve(requestId),
    refuse: (requestId, reason) => tasks?.refuse(requestId, reason),
  };
}

function assertLimits({ slots = 1, maxQueued = 0 }: TaskLimits): void {
  const isWithin = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  if (isWithin(slots, 1, MAX_TASK_SLOTS) && isWithin(maxQueued, 0, MAX_QUEUED_TASKS)) return;
  throw new SwarmError("invalid-option", {
    what: `slots is ${slots} and maxQueued is ${maxQueued}.`,
    why: `There are 1 to ${MAX_TASK_SLOTS} slots, and 0 to ${MAX_QUEUED_TASKS} tasks may wait.`,
    fix: "Choose whole numbers within.",
  });
}
