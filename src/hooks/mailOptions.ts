import { mutationOptions } from "@tanstack/react-query";
import type { AgentId, MessageDefinition, ReliableOptions, Swarm, SwarmError } from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** What a letter says, to whom, and how it is sent. */
export interface LetterVariables<Input> extends ReliableOptions {
  readonly agentId: AgentId;
  readonly payload: Input;
}

/**
 * Options of a TanStack Query mutation that sends to an agent that may be away. It is pending until the receiver keeps the
 * letter, which can take as long as the letter is good; the letter waits on this device whatever becomes of the
 * component. How many wait is told by `useMailbox`.
 * @param type a definition made once with `defineMessage`
 * @example
 * const { mutate: send, isPending } = useMutation(sendReliablyMutationOptions(swarm, chat));
 * return <button onClick={() => send({ agentId, payload: { text } })}>{isPending ? "On its way" : "Send"}</button>;
 */
export function sendReliablyMutationOptions<Input>(swarm: Swarm, type: MessageDefinition<Input, unknown>) {
  return mutationOptions<void, SwarmError, LetterVariables<Input>>({
    mutationKey: swarmKeys.letter(swarm),
    mutationFn: ({ agentId, payload, ...options }) => swarm.sendReliably(agentId, type, payload, options),
    networkMode: "always",
  });
}
