import type { Swarm, TaskDefinition, TaskId, TaskOutcome } from "../core/index.js";
import { outputOf, type TaskVariables } from "./taskOptions.js";
import { createTaskTextBook, NO_TASK_TEXT, type TaskText } from "./taskText.js";

/** What a component's task has brought so far. */
export interface TaskRunView<Output> {
  readonly text: TaskText;
  readonly outcome: TaskOutcome<Output> | undefined;
}

/** A task that a component has delegated. */
export interface TaskRun<Output> {
  readonly id: TaskId;
  /** Rejects with the error of the outcome. */
  readonly output: Promise<Output>;
  /** The same object until more is known, which the swarm's store tells. */
  readonly getView: () => TaskRunView<Output>;
}

export const NO_RUN_VIEW: TaskRunView<never> = { text: NO_TASK_TEXT, outcome: undefined };

export function startTaskRun<Input, Output>(
  swarm: Swarm,
  definition: TaskDefinition<Input, unknown, unknown, Output>,
  { input, onOutput, ...options }: TaskVariables<Input>,
): TaskRun<Output> {
  const book = createTaskTextBook();
  let view: TaskRunView<Output> = NO_RUN_VIEW;
  const task = swarm.tasks.delegate(definition, input as NoInfer<Input>, {
    ...options,
    onOutput(output) {
      book.take(output);
      onOutput?.(output);
    },
  });
  const output = task.then((outcome) => {
    view = { text: book.text, outcome };
    return outputOf(outcome);
  });
  return {
    id: task.id,
    output,
    getView() {
      if (view.text !== book.text) view = { ...view, text: book.text };
      return view;
    },
  };
}
