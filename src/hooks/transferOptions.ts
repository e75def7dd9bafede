import { mutationOptions } from "@tanstack/react-query";
import type {
  MessageDefinition,
  PeerId,
  SendFileOptions,
  SendLargeOptions,
  Swarm,
  SwarmError,
  TransferReceipt,
} from "../core/index.js";
import { swarmKeys } from "./swarmKeys.js";

/** Which file goes to whom, and how. */
export interface SendFileVariables extends SendFileOptions {
  readonly peerId: PeerId;
  readonly file: Blob | Uint8Array;
}

/** Which big payload goes to whom, and how. */
export interface SendLargeVariables<Input> extends SendLargeOptions {
  readonly peerId: PeerId;
  readonly payload: Input;
}

/**
 * Options of a TanStack Query mutation that sends a file. It is pending until the receiver has all of it, checked; how far
 * it is comes from `useTransfers`, or `onProgress`. It goes on when the component is gone; the `signal` among its
 * variables ends it. Its `error` says what became of it: `transfer-refused`, `transfer-cancelled`, `peer-gone`, …
 * @example
 * const { mutate: send, isPending, error } = useMutation(sendFileMutationOptions(swarm));
 * return <input type="file" disabled={isPending} onChange={({ target }) => send({ peerId, file: target.files![0]! })} />;
 */
export function sendFileMutationOptions(swarm: Swarm) {
  return mutationOptions<TransferReceipt, SwarmError, SendFileVariables>({
    mutationKey: swarmKeys.transfer(swarm),
    mutationFn: ({ peerId, file, ...options }) => swarm.sendFile(peerId, file, options),
    networkMode: "always",
  });
}

/**
 * Options of a mutation that sends what one message cannot hold, up to 64 MiB encoded. Pending, ended and failed as with
 * {@link sendFileMutationOptions}.
 * @param type a definition made once with `defineMessage`
 * @example
 * const { mutate: send } = useMutation(sendLargeMutationOptions(swarm, drawing));
 * return <button onClick={() => send({ peerId, payload: { strokes } })}>Send the drawing</button>;
 */
export function sendLargeMutationOptions<Input>(swarm: Swarm, type: MessageDefinition<Input, unknown>) {
  return mutationOptions<TransferReceipt, SwarmError, SendLargeVariables<Input>>({
    mutationKey: swarmKeys.transfer(swarm),
    mutationFn: ({ peerId, payload, ...options }) => swarm.sendLarge(peerId, type, payload, options),
    networkMode: "always",
  });
}
