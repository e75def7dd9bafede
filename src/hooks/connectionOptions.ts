import { mutationOptions } from "@tanstack/react-query";
import type { Swarm, SwarmError } from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** How `joinMutationOptions` enters the room. */
export interface JoinVariables {
  /** Default 30,000; after it the mutation fails with `join-timeout`, and the swarm goes on trying. */
  readonly timeoutMs?: number;
  /** Ends the wait, and the try where nobody else waits for it. */
  readonly signal?: AbortSignal;
}

/** What `configureSignalingMutationOptions` changes; what is left out stays. */
export type SignalingVariables = Parameters<Swarm["configureSignaling"]>[0];

/**
 * Options of a TanStack Query mutation that enters the room. It is pending until the signalling server has let us in;
 * its `error` says why it did not: `join-timeout`, `unauthorized`, `room-full`, …
 * @example
 * const { mutate: join, isPending, error } = useMutation(joinMutationOptions(swarm));
 * return <button disabled={isPending} onClick={() => join()}>{error?.fix ?? "Join"}</button>;
 */
export function joinMutationOptions(swarm: Swarm) {
  // biome-ignore lint/suspicious/noConfusingVoidType: TanStack's way to say that there may be no variables.
  return mutationOptions<void, SwarmError, JoinVariables | void>({
    mutationKey: swarmKeys.connection(swarm),
    mutationFn: (options) => swarm.join(options ?? {}),
    networkMode: "always",
  });
}

/**
 * Options of a mutation that changes server, room, its secret, token or ICE without a reload. Fails as
 * {@link joinMutationOptions} does. What it is given stays in the client's cache for some minutes: for tokens and secrets use
 * `useSettings`.
 * @example
 * const { mutate: configure, error } = useMutation(configureSignalingMutationOptions(swarm));
 * return <button onClick={() => configure({ room: "library" })}>{error?.fix ?? "To the library"}</button>;
 */
export function configureSignalingMutationOptions(swarm: Swarm) {
  return mutationOptions<void, SwarmError, SignalingVariables>({
    mutationKey: swarmKeys.connection(swarm),
    mutationFn: (change) => swarm.configureSignaling(change),
    networkMode: "always",
  });
}
