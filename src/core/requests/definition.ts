import { SwarmError } from "../errors.js";
import { assertAppType } from "../messages/definition.js";
import type { StandardSchema } from "../messages/standardSchema.js";
import { MAX_TYPE_LENGTH } from "../wire/message.js";
import { requestMessage } from "./wire.js";

/**
 * A kind of request, with the schemas of what is asked and of what is answered. Made by {@link defineRequest}.
 * `Received` is what the handler gets and `Output` what the requester gets: they differ from `Input` and `Answer`
 * where a schema transforms.
 */
export interface RequestDefinition<Input = unknown, Received = Input, Answer = unknown, Output = Answer> {
  readonly type: string;
  readonly input: StandardSchema<Input, Received>;
  readonly output: StandardSchema<Answer, Output>;
}

/** Longest type of a request, so that what is on the wire is a type too. */
export const MAX_REQUEST_TYPE_LENGTH: number = MAX_TYPE_LENGTH - requestMessage("").type.length;

/**
 * Gives a kind of request compile-time and run-time types on both ends.
 * @param type name on the wire, at most 114 characters; must not begin with `swarm/`
 * @param schemas any Standard Schema validators (valibot, zod, arktype, …) that validate synchronously
 * @throws SwarmError `invalid-option` for a reserved, empty or long type
 * @example
 * const sum = defineRequest("sum", { input: v.array(v.number()), output: v.number() });
 * swarm.handle(sum, (numbers) => numbers.reduce((total, number) => total + number, 0));
 * const total = await swarm.request(peerId, sum, [1, 2, 3]);
 */
export function defineRequest<Input, Received, Answer, Output>(
  type: string,
  schemas: {
    readonly input: StandardSchema<Input, Received>;
    readonly output: StandardSchema<Answer, Output>;
  },
): RequestDefinition<Input, Received, Answer, Output> {
  assertRequestType(type);
  return { type, input: schemas.input, output: schemas.output };
}

export function assertRequestType(type: string): void {
  assertAppType(type);
  if (type.length <= MAX_REQUEST_TYPE_LENGTH) return;
  throw new SwarmError("invalid-option", {
    what: `The type of a request has at most ${MAX_REQUEST_TYPE_LENGTH} characters, this one has ${type.length}.`,
    fix: "Choose a shorter name.",
  });
}
