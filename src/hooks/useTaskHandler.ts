import { useEffect, useInsertionEffect, useRef } from "react";
import type { TaskDefinition, TaskExecutor, TaskHandlerOptions, WorkPolicy } from "../core/index.js";
import { useSwarm } from "./useSwarm.js";

/**
 * Does tasks of a type while the component is mounted; then those that run are aborted and go to other peers. The executor
 * and the policy may be written inline: a task that begins meets those of the last render. A type has one
 * handler per swarm, so mount one such component.
 * @param definition made once with `defineTask`
 * @example
 * useTaskHandler(primes, ({ from, to }, { signal, progress }) => search(from, to, signal, progress));
 */
export function useTaskHandler<Received, Answer>(
  definition: TaskDefinition<unknown, Received, Answer, unknown>,
  executor: TaskExecutor<Received, NoInfer<Answer>>,
  options: TaskHandlerOptions = {},
): void {
  const swarm = useSwarm();
  const { policy } = options;
  const latest = useRef({ executor, policy });
  // Runs before every other effect of the same commit, so that none of them meets the executor before.
  useInsertionEffect(() => {
    latest.current = { executor, policy };
  });
  const hasPolicy = policy !== undefined;
  useEffect(
    () =>
      swarm.tasks.handle(
        definition,
        (input: Received, context) => latest.current.executor(input, context),
        hasPolicy ? { policy: policyOf(() => latest.current.policy) } : {},
      ),
    [swarm, definition, hasPolicy],
  );
}

/** A policy that is, whenever it is asked, the one that `read` gives. */
function policyOf(read: () => WorkPolicy | undefined): WorkPolicy {
  return {
    get agents() {
      return read()?.agents;
    },
    get types() {
      return read()?.types;
    },
    get screen() {
      return read()?.screen;
    },
    get approve() {
      return read()?.approve;
    },
  };
}
