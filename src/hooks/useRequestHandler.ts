import { useEffect, useInsertionEffect, useRef } from "react";
import type { RequestDefinition, RequestHandler } from "../core/index.js";
import { useSwarm } from "./useSwarm.js";

/**
 * Answers requests of a type while the component is mounted. The handler may be written inline: it is always the
 * one of the last render that runs. A type has one handler per swarm, so mount one such component.
 * @param request a definition made once with `defineRequest`
 * @example
 * useRequestHandler(sum, (numbers) => numbers.reduce((total, number) => total + number, 0));
 */
export function useRequestHandler<Received, Answer>(
  request: RequestDefinition<unknown, Received, Answer, unknown>,
  handler: RequestHandler<Received, NoInfer<Answer>>,
): void {
  const swarm = useSwarm();
  const latest = useRef(handler);
  // Runs before every other effect of the same commit, so that none of them meets the handler before.
  useInsertionEffect(() => {
    latest.current = handler;
  });
  useEffect(
    () => swarm.handle(request, (payload: Received, info) => latest.current(payload, info)),
    [swarm, request],
  );
}
