import { abortedError, SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { TaskPeer } from "./channel.js";
import type { TaskDefinition } from "./definition.js";
import type { TaskLack } from "./taskApi.js";
import type { WireFailure } from "./wire.js";

const MAX_NAMED_PEERS = 3;

export function nobodyCan({ type }: TaskDefinition, lack: TaskLack, cause?: SwarmError): SwarmError {
  const holders = Object.entries(lack.holders)
    .filter(([, peers]) => peers.length > 0)
    .map(([capability, peers]) => `${capability}: ${named(peers)}`);
  const missing =
    lack.missing.length > 0 ? `Nobody announces ${lack.missing.join(", ")}.` : "Nobody announces all of it.";
  return new SwarmError("no-capable-peer", {
    what: `Nobody here can do a task "${type}".`,
    why: holders.length > 0 ? `${missing} There are ${holders.join("; ")}.` : missing,
    fix: "Call swarm.tasks.handle on a member that has what it requires, or wait for one.",
    cause,
  });
}

/** Peers in a text for people, which a room of a thousand must not fill. */
function named(peers: readonly PeerId[]): string {
  const others = peers.length - MAX_NAMED_PEERS;
  return peers.slice(0, MAX_NAMED_PEERS).join(", ") + (others > 0 ? ` and ${others} more` : "");
}

export function leaseLost(holder: TaskPeer | undefined): SwarmError {
  return new SwarmError("lease-lost", {
    what: `The peer ${holder?.peerId} was not heard of any more while it had the task.`,
    fix: "Allow more retries, or let more members handle the task.",
  });
}

export function timedOut(timeoutMs: number, cause: SwarmError | undefined): SwarmError {
  return new SwarmError("task-timeout", {
    what: `The task was not done within ${timeoutMs / 1000} s.`,
    ...(cause && { why: `The last attempt: ${cause.message}` }),
    fix: "Give it more time with timeoutMs, or let more members handle it.",
    cause,
  });
}

export function invalidOutput({ type }: TaskDefinition): SwarmError {
  return new SwarmError("invalid-payload", {
    what: `The peer's output of the task "${type}" is not what its schema describes.`,
    fix: "Compare the releases of the app on both sides.",
  });
}

export function refusedError({ type }: TaskDefinition, text: string): SwarmError {
  return new SwarmError("task-refused", { what: `The peer did not take the task "${type}".`, why: text });
}

export function failureError({ type }: TaskDefinition, { reason, text }: WireFailure): SwarmError {
  const code = reason === "invalid-payload" || reason === "payload-too-large" ? reason : "task-failed";
  return new SwarmError(code, { what: `The executor of the task "${type}" failed.`, why: text });
}

export function cancelledError(signal?: AbortSignal): SwarmError {
  if (signal !== undefined) return abortedError("The task", signal);
  return new SwarmError("task-cancelled", { what: "The task was cancelled." });
}
