import * as v from "valibot";
import { defineBuiltin } from "../protocols/builtin.js";
import { MAX_MESSAGE_BYTES } from "../wire/frameSizes.js";
import { MAX_QUEUED_TASKS, MAX_TASK_SLOTS } from "./taskState.js";

/** Capability of whoever does tasks of a type; all of them begin so. */
export const TASK_CAPABILITY = "task:";

/** Longest type of a task, so that its capability can be announced. */
export const MAX_TASK_TYPE_LENGTH = 64;
export const MAX_TASK_ID_LENGTH = 64;
/** Time for a task, unless told otherwise. */
export const TASK_TIMEOUT_MS = 60_000;
export const MAX_TASK_TIMEOUT_MS: number = 24 * 60 * 60 * 1000;

/** An executor shows that it lives at least so often. */
export const RENEW_MS = 5000;
/** Silence after which a delegator gives a task to another peer. */
export const LEASE_MS = 15_000;
/** Silence after which an executor stops: by then the task is surely somebody else's. */
export const ORPHAN_MS: number = 2 * LEASE_MS;
/** Most often that progress travels. */
export const PROGRESS_MS = 100;

export const MAX_NOTE_LENGTH = 200;
export const MAX_REASON_LENGTH = 200;
/** UTF-16 units of text, or bytes, in one message of streamed output. */
export const MAX_CHUNK_LENGTH: number = 48 * 1024;
/** What goes in or comes out travels as one message; the rest of it is ours. */
export const MAX_TASK_VALUE_BYTES: number = MAX_MESSAGE_BYTES - 1024;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ordinal = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

/** Names one attempt at one task. */
const attemptOf = {
  id: v.pipe(text(MAX_TASK_ID_LENGTH), v.minLength(1)),
  attempt: ordinal,
};

const assignSchema = v.strictObject({
  ...attemptOf,
  type: v.pipe(text(MAX_TASK_TYPE_LENGTH), v.minLength(1)),
  timeoutMs: v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_TASK_TIMEOUT_MS)),
  input: v.optional(v.unknown()),
});

const beatSchema = v.strictObject({
  ...attemptOf,
  beat: ordinal,
  state: v.picklist(["checking", "approval", "queued", "running"]),
  progress: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  note: v.nullable(text(MAX_NOTE_LENGTH)),
});

const outputSchema = v.strictObject({
  ...attemptOf,
  sequence: ordinal,
  stream: v.picklist(["stdout", "stderr", "result"]),
  chunk: v.union([
    v.pipe(text(MAX_CHUNK_LENGTH), v.minLength(1)),
    v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(MAX_CHUNK_LENGTH)),
  ]),
});

/**
 * `failed`: its executor threw, another peer may do better. `final`: the executor says that nobody can.
 * `stopped`: not the task's fault, the handler is no longer there.
 */
const failureSchema = v.strictObject({
  reason: v.picklist(["failed", "final", "stopped", "invalid-payload", "payload-too-large"]),
  text: text(MAX_REASON_LENGTH),
});

const resultSchema = v.union([
  v.strictObject({ ...attemptOf, sequence: ordinal, failure: failureSchema }),
  v.strictObject({ ...attemptOf, sequence: ordinal, output: v.optional(v.unknown()) }),
]);

const refusalSchema = v.strictObject({
  ...attemptOf,
  /** `conflict`: the id is known with another input. */
  reason: v.picklist(["busy", "policy", "unknown-type", "conflict"]),
  text: text(MAX_REASON_LENGTH),
});

const ackSchema = v.strictObject({ ...attemptOf, received: count, beat: v.nullable(ordinal) });
const loadSchema = v.strictObject({
  slots: v.pipe(ordinal, v.maxValue(MAX_TASK_SLOTS)),
  busy: count,
  queued: count,
  maxQueued: v.pipe(count, v.maxValue(MAX_QUEUED_TASKS)),
});

export type WireAssign = v.InferOutput<typeof assignSchema>;
export type WireBeat = v.InferOutput<typeof beatSchema>;
export type WireOutput = v.InferOutput<typeof outputSchema>;
export type WireResult = v.InferOutput<typeof resultSchema>;
export type WireFailure = v.InferOutput<typeof failureSchema>;
export type WireRefusal = v.InferOutput<typeof refusalSchema>;
export type WireAck = v.InferOutput<typeof ackSchema>;
export type WireAttempt = { readonly id: string; readonly attempt: number };

/** From the delegator: do this, under this attempt. Said again it is done once. */
export const assignMessage = defineBuiltin("task-assign", assignSchema);
/** From the executor: renews the lease and says where the task stands. */
export const beatMessage = defineBuiltin("task-beat", beatSchema);
export const outputMessage = defineBuiltin("task-output", outputSchema);
/** The last of an attempt's outputs, numbered like them. */
export const resultMessage = defineBuiltin("task-result", resultSchema);
export const refusalMessage = defineBuiltin("task-refusal", refusalSchema);
/** From the delegator: what has come of the outputs, and which beat was heard. */
export const ackMessage = defineBuiltin("task-ack", ackSchema);
/** From the delegator: nobody waits for this attempt any more. */
export const cancelMessage = defineBuiltin("task-cancel", v.strictObject(attemptOf));
/** Says that a cancel was heard. */
export const cancelledMessage = defineBuiltin("task-cancelled", v.strictObject(attemptOf));
/** Asks to be told of the load from now on. */
export const watchLoadMessage = defineBuiltin("task-watch", v.strictObject({}));
export const loadMessage = defineBuiltin("task-load", loadSchema);
