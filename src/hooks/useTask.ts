import { type UseMutationResult, type UseQueryResult, useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useState, useSyncExternalStore } from "react";
import type { SwarmError, TaskDefinition, TaskOutcome, TaskSnapshot } from "../core/index.js";
import {
  type TaskQueryOptions,
  type TaskVariables,
  taskMutationOptions,
  taskQueryOptions,
} from "./taskOptions.js";
import { NO_RUN_VIEW, startTaskRun, type TaskRun } from "./taskRun.js";
import type { TaskText } from "./taskText.js";
import { useSwarm } from "./useSwarm.js";
import { useSwarmQueryClient } from "./useSwarmQueryClient.js";
import { useTasks } from "./useTasks.js";

/** What {@link useTask} tells of the last task that it delegated, besides the mutation. */
export interface LiveTask<Output> {
  /** As it stands: state, peer, progress. `undefined` before the first, and once it left the swarm's list. */
  readonly task: TaskSnapshot | undefined;
  /**
   * What the executor has streamed in this attempt, bytes read as UTF-8: at least the last 65,536 characters of each
   * stream. For all of it, or for bytes, pass `onOutput`.
   */
  readonly output: TaskText;
  /** With the peer that did it, or with the capabilities that were missing; `undefined` while it goes on. */
  readonly outcome: TaskOutcome<Output> | undefined;
  /** Ends it, here and at its executor; harmless where there is none. Never changes while the task stays the same. */
  readonly cancel: () => void;
}

/** What {@link useTask} gives. */
export type UseTaskResult<Input, Output> = UseMutationResult<Output, SwarmError, TaskVariables<Input>> &
  LiveTask<Output>;

/**
 * Delegates a task when told to, as a TanStack Query mutation: `data` is its output; where it failed, was refused or
 * cancelled, or nobody can do it, `error` is the `SwarmError`. A task goes on when the component is gone; `cancel`
 * ends it.
 * @param definition made once with `defineTask`
 * @example
 * const { mutate, data, task, isPending, cancel } = useTask(primes);
 * if (isPending) return <button onClick={cancel}>Stop at {task?.progress ?? 0}</button>;
 * return <button onClick={() => mutate({ input: { from: 0, to: 1000 }, retries: 5 })}>{data?.length ?? "Search"}</button>;
 */
export function useTask<Input, Output>(
  definition: TaskDefinition<Input, unknown, unknown, Output>,
): UseTaskResult<Input, Output> {
  const swarm = useSwarm();
  const [run, setRun] = useState<TaskRun<Output>>();
  const mutation = useMutation(
    {
      ...taskMutationOptions(swarm, definition),
      mutationFn: (variables: TaskVariables<Input>) => {
        const started = startTaskRun(swarm, definition, variables);
        setRun(started);
        return started.output;
      },
    },
    useSwarmQueryClient(),
  );
  return { ...mutation, ...useLiveTask(mutation.isIdle ? undefined : run) };
}

function useLiveTask<Output>(run: TaskRun<Output> | undefined): LiveTask<Output> {
  const swarm = useSwarm();
  const id = run?.id;
  const task = useTasks(
    // The latest: an id may come again.
    ({ list }) => list.findLast((candidate) => candidate.id === id && candidate.role === "delegated"),
    Object.is,
  );
  // Each piece of output and each end changes the task in the store.
  const getView = run?.getView ?? noRunView;
  const { text, outcome } = useSyncExternalStore(swarm.store.subscribe, getView, getView);
  const cancel = useCallback(() => {
    if (id !== undefined) swarm.tasks.cancel(id);
  }, [swarm, id]);
  return { task, output: text, outcome, cancel };
}

const noRunView = () => NO_RUN_VIEW;

/**
 * The output of a task that depends on its input alone, done when the component is mounted and kept as any TanStack Query
 * query; the task is cancelled when nobody wants it any more.
 * @example
 * const { data, error } = useTaskQuery(primes, { from: 0, to: 1000 });
 */
export function useTaskQuery<Input, Output>(
  definition: TaskDefinition<Input, unknown, unknown, Output>,
  input: NoInfer<Input>,
  options?: TaskQueryOptions,
): UseQueryResult<Output, SwarmError> {
  return useQuery(taskQueryOptions(useSwarm(), definition, input, options), useSwarmQueryClient());
}
