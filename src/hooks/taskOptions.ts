import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type { DelegateOptions, Swarm, SwarmError, TaskDefinition, TaskOutcome } from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** What one task is given, and how it is delegated. */
export interface TaskVariables<Input> extends DelegateOptions {
  readonly input: Input;
}

/** How a task that is a query is delegated; TanStack Query brings the signal. */
export type TaskQueryOptions = Omit<DelegateOptions, "id" | "signal">;

/** The output of a task, or its error thrown: what a query or mutation makes of an outcome. */
export function outputOf<Output>(outcome: TaskOutcome<Output>): Output {
  if (outcome.ok) return outcome.output;
  throw outcome.error;
}

/**
 * Options of a TanStack Query mutation that delegates a task. Its `data` is the task's output; a task that failed is its
 * `error`, a `SwarmError` with the code of the outcome. Failed attempts are repeated by the swarm, not by TanStack Query.
 * @example
 * const { mutate } = useMutation(taskMutationOptions(swarm, primes));
 */
export function taskMutationOptions<Input, Output>(
  swarm: Swarm,
  definition: TaskDefinition<Input, unknown, unknown, Output>,
) {
  return mutationOptions<Output, SwarmError, TaskVariables<Input>>({
    mutationKey: swarmKeys.task(definition.type),
    mutationFn: async ({ input, ...options }) =>
      outputOf(await swarm.tasks.delegate(definition, input as NoInfer<Input>, options)),
    networkMode: "always",
  });
}

/**
 * Options of a query that delegates a task whose output depends on its input alone: it is done once, kept, and cancelled
 * when nobody wants it any more. It fails as {@link taskMutationOptions} does.
 * @example
 * const { data, error } = useQuery(taskQueryOptions(swarm, primes, { from: 0, to: 1000 }));
 */
export function taskQueryOptions<Input, Output>(
  swarm: Swarm,
  definition: TaskDefinition<Input, unknown, unknown, Output>,
  input: NoInfer<Input>,
  options: TaskQueryOptions = {},
) {
  return queryOptions<Output, SwarmError>({
    queryKey: swarmKeys.task(definition.type, input),
    queryFn: async ({ signal }) =>
      outputOf(await swarm.tasks.delegate(definition, input, { ...options, signal })),
    // The same input has the same output, and the swarm has repeated what failed.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    networkMode: "always",
  });
}
