import { SwarmError } from "../errors.js";
import type { StandardSchema } from "../messages/standardSchema.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { type SharedStates, startSharedStates } from "./sharedStates.js";

/**
 * A shared state, with the schema of its values. Made by {@link defineShared}; `Output` differs from `Input` where
 * the schema transforms.
 */
export interface SharedDefinition<Input = unknown, Output = Input> {
  readonly name: string;
  readonly schema: StandardSchema<Input, Output>;
  readonly isPersistent: boolean;
  /** Starts the part of the swarm that keeps it: what no app defines is not even in its bundle. */
  readonly start: (port: ProtocolPort) => SharedStates;
}

const MAX_NAME_LENGTH = 64;

/**
 * Describes values that are the same for everyone in the room: one under no key, or many under keys of the app's.
 * The last write of a key wins, by hybrid logical clock (Kulkarni et al. 2014), also after a partition. Everyone in
 * the room may write; each value carries its author's signature.
 * @param name name on the wire, 1 to 64 characters, none of them a control character
 * @param schema any Standard Schema validator that validates synchronously; what it refuses is dropped
 * @param options.persist whether it is kept on this device, and there again before the next join; default `false`
 * @throws SwarmError `invalid-option`
 * @example
 * const topic = defineShared("topic", v.string(), { persist: true });
 * swarm.share(topic).set("What shall we build?");
 */
export function defineShared<Input, Output>(
  name: string,
  schema: StandardSchema<Input, Output>,
  { persist = false }: { readonly persist?: boolean } = {},
): SharedDefinition<Input, Output> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (name.length > 0 && name.length <= MAX_NAME_LENGTH && !/[\u0000-\u001f\u007f]/.test(name))
    return { name, schema, isPersistent: persist, start: startSharedStates };
  throw new SwarmError("invalid-option", {
    what: `"${name}" cannot be the name of a shared state.`,
    why: `It has 1 to ${MAX_NAME_LENGTH} characters, none of them a control character.`,
    fix: "Choose another name.",
  });
}
