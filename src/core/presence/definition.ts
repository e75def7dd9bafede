import { SwarmError } from "../errors.js";
import type { StandardSchema } from "../messages/standardSchema.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { type Presence, startPresence } from "./presence.js";

/**
 * A kind of presence, with its schema. Made by {@link definePresence}; `Output` differs from `Input` where the
 * schema transforms.
 */
export interface PresenceDefinition<Input = unknown, Output = Input> {
  readonly name: string;
  readonly schema: StandardSchema<Input, Output>;
  /** Starts the part of the swarm that keeps it: what no app defines is not even in its bundle. */
  readonly start: (port: ProtocolPort) => Presence;
}

const MAX_NAME_LENGTH = 64;

/**
 * Describes a small state that each member has while it is there: a cursor, a status, "is typing". It is sent
 * whole with each change, so give things that change at different rates definitions of their own.
 * @param name name on the wire, 1 to 64 characters
 * @param schema any Standard Schema validator that validates synchronously; what it refuses is dropped
 * @throws SwarmError `invalid-option`
 * @example
 * const cursor = definePresence("cursor", v.object({ x: v.number(), y: v.number() }));
 * swarm.presence(cursor).set({ x: 0.5, y: 0.25 });
 */
export function definePresence<Input, Output>(
  name: string,
  schema: StandardSchema<Input, Output>,
): PresenceDefinition<Input, Output> {
  if (name.length > 0 && name.length <= MAX_NAME_LENGTH) return { name, schema, start: startPresence };
  throw new SwarmError("invalid-option", {
    what: `"${name}" cannot be the name of a presence.`,
    why: `It has 1 to ${MAX_NAME_LENGTH} characters.`,
    fix: "Choose another name.",
  });
}
