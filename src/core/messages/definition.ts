import { SwarmError } from "../errors.js";
import type { StandardIssue, StandardSchema } from "./standardSchema.js";

/** A message type with its schema: what both ends agree on. Made by {@link defineMessage}. */
export interface MessageDefinition<Input = unknown, Output = Input> {
  readonly type: string;
  readonly schema: StandardSchema<Input, Output>;
}

/** Types that begin so belong to peerswarm's own protocols. */
export const RESERVED_TYPE_PREFIX = "swarm/";

/**
 * Gives a message type compile-time and run-time types on both ends.
 * @param type name on the wire; must not begin with `swarm/`
 * @param schema any Standard Schema validator (valibot, zod, arktype, …) that validates synchronously
 * @throws SwarmError `invalid-option` for a reserved or empty type
 * @example
 * const chat = defineMessage("chat", v.object({ text: v.string() }));
 * swarm.on(chat, ({ text }, { from }) => console.log(from.peerId, text));
 * swarm.broadcast(chat, { text: "hello" });
 */
export function defineMessage<Input, Output>(
  type: string,
  schema: StandardSchema<Input, Output>,
): MessageDefinition<Input, Output> {
  assertAppType(type);
  return { type, schema };
}

export function assertAppType(type: string): void {
  if (type.length > 0 && !type.startsWith(RESERVED_TYPE_PREFIX)) return;
  throw new SwarmError("invalid-option", {
    what: `"${type}" cannot be the type of a message.`,
    why: `It is empty or begins with ${RESERVED_TYPE_PREFIX}, which peerswarm keeps for itself.`,
    fix: "Choose another name.",
  });
}

/** Validates at once; `undefined` issues mean that `value` is good. */
export function validateNow<Output>(
  definition: MessageDefinition<unknown, Output>,
  value: unknown,
): { readonly value: Output } | { readonly issues: readonly StandardIssue[] } {
  const result = definition.schema["~standard"].validate(value);
  if (result instanceof Promise) {
    // Whatever comes of it, nobody waits for it.
    result.catch(() => undefined);
    throw new SwarmError("invalid-option", {
      what: `The schema of "${definition.type}" validates asynchronously.`,
      why: "Messages are checked as they come, so that their order is kept.",
      fix: "Use a schema without asynchronous checks.",
    });
  }
  return result.issues === undefined ? { value: result.value } : { issues: result.issues };
}

/** An issue as text, with the path of what is wrong. */
export function describeIssue(issue: StandardIssue | undefined): string {
  if (issue === undefined) return "The schema gave no reason.";
  const path = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

/** Throws `invalid-payload` where the schema of a message refuses what is to be sent. */
export function assertPayloadFits(definition: MessageDefinition, payload: unknown): void {
  const result = validateNow(definition, payload);
  if ("value" in result) return;
  throw new SwarmError("invalid-payload", {
    what: `This payload is not a valid "${definition.type}":`,
    why: describeIssue(result.issues[0]),
    fix: "Send what the schema of the message describes.",
  });
}
