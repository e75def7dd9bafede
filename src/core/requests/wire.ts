import * as v from "valibot";
import { defineBuiltin } from "../protocols/builtin.js";

/** Time in which an answer must be there, unless the request says otherwise. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** Longest time that a request may wait. */
export const MAX_REQUEST_TIMEOUT_MS: number = 60 * 60 * 1000;
/** Requests that may be open between two peers, in each direction. */
export const MAX_OPEN_REQUESTS = 256;
/** Characters of a failure's text that travel. */
export const MAX_FAILURE_TEXT_LENGTH = 300;
/** Characters of a failure's own code that travel. */
export const MAX_FAILURE_CODE_LENGTH = 64;

// The app's type is part of the type on the wire, so that statistics and activity show what was asked.
const REQUEST_FAMILY = "request:";
const ANSWER_FAMILY = "answer:";

const requestId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const requestSchema = v.strictObject({
  id: requestId,
  timeoutMs: v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_REQUEST_TIMEOUT_MS)),
  input: v.optional(v.unknown()),
});

const failureSchema = v.strictObject({
  reason: v.picklist(["no-handler", "request-failed", "invalid-payload", "queue-full"]),
  code: v.nullable(v.pipe(v.string(), v.maxLength(MAX_FAILURE_CODE_LENGTH))),
  text: v.pipe(v.string(), v.maxLength(MAX_FAILURE_TEXT_LENGTH)),
});

const answerSchema = v.union([
  v.strictObject({ id: requestId, failure: failureSchema }),
  v.strictObject({ id: requestId, output: v.optional(v.unknown()) }),
]);

export type WireRequest = v.InferOutput<typeof requestSchema>;
export type WireAnswer = v.InferOutput<typeof answerSchema>;
export type WireFailure = v.InferOutput<typeof failureSchema>;

/** The message that asks; with an empty `type` the family of all that do. */
export const requestMessage = (type: string) => defineBuiltin(REQUEST_FAMILY + type, requestSchema);
export const answerMessage = (type: string) => defineBuiltin(ANSWER_FAMILY + type, answerSchema);
/** Nobody waits for the answer any more. */
export const cancelMessage = defineBuiltin("cancel", v.strictObject({ id: requestId }));
