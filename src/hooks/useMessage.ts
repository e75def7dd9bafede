import { useEffect, useInsertionEffect, useRef } from "react";
import type { MessageDefinition, MessageHandler } from "../core/index.js";
import { useSwarm } from "./useSwarm.js";

/**
 * Calls `handler` for each verified message of a type, from the time the component is mounted until it is
 * gone. The handler may be written inline: it is always the one of the last render that runs.
 * @param type a type's name, or a definition made once with `defineMessage`, which validates and types
 * @example
 * useMessage(chat, ({ text }, { from }) => addLine(from.peerId, text));
 */
export function useMessage<Output>(
  type: MessageDefinition<unknown, Output>,
  handler: MessageHandler<Output>,
): void;
export function useMessage(type: string, handler: MessageHandler<unknown>): void;
export function useMessage(
  type: string | MessageDefinition<unknown, unknown>,
  handler: MessageHandler<unknown>,
): void {
  const swarm = useSwarm();
  const latest = useRef(handler);
  // Runs before every other effect of the same commit, so that none of them meets the handler before.
  useInsertionEffect(() => {
    latest.current = handler;
  });
  useEffect(
    () => swarm.on(type as MessageDefinition, (payload, info) => latest.current(payload, info)),
    [swarm, type],
  );
}
