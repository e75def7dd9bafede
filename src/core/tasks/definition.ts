import { SwarmError } from "../errors.js";
import type { StandardSchema } from "../messages/standardSchema.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { RiskLevel } from "../risk.js";
import type { Tasks } from "./taskApi.js";
import { startTasks } from "./tasks.js";
import { MAX_TASK_TYPE_LENGTH } from "./wire.js";

/**
 * A kind of task, with the schemas of what goes in and what comes out. Made by {@link defineTask}. `Received` is what
 * the executor gets and `Output` what the delegator gets: they differ from `Input` and `Answer` where a schema
 * transforms.
 */
export interface TaskDefinition<Input = unknown, Received = Input, Answer = unknown, Output = Answer> {
  readonly type: string;
  readonly input: StandardSchema<Input, Received>;
  readonly output: StandardSchema<Answer, Output>;
  /** Capabilities that a peer must announce besides `task:<type>`. */
  readonly requires: readonly string[];
  /** Harm that it can do where it runs. */
  readonly risk: RiskLevel;
  /** Starts the part of the swarm that does tasks: what no app defines is not even in its bundle. */
  readonly start: (port: ProtocolPort) => Tasks;
}

/**
 * Describes a kind of work that members of the room do for each other.
 * @param type name on the wire, 1 to 64 characters, none of them a control character
 * @param options.input schema of what goes in; any Standard Schema validator that validates synchronously
 * @param options.output schema of what comes out
 * @param options.requires capabilities that a peer must announce to get one, besides having a handler
 * @param options.risk what it can do to the member that runs it; `high` asks a person there. Default `low`
 * @throws SwarmError `invalid-option`
 * @example
 * const primes = defineTask("primes", {
 *   input: v.object({ from: v.number(), to: v.number() }),
 *   output: v.array(v.number()),
 * });
 */
export function defineTask<Input, Received, Answer, Output>(
  type: string,
  {
    input,
    output,
    requires = [],
    risk = "low",
  }: {
    readonly input: StandardSchema<Input, Received>;
    readonly output: StandardSchema<Answer, Output>;
    readonly requires?: readonly string[];
    readonly risk?: RiskLevel;
  },
): TaskDefinition<Input, Received, Answer, Output> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (type.length > 0 && type.length <= MAX_TASK_TYPE_LENGTH && !/[\u0000-\u001f\u007f]/.test(type))
    return { type, input, output, requires, risk, start: startTasks };
  throw new SwarmError("invalid-option", {
    what: `"${type}" cannot be the type of a task.`,
    why: `It has 1 to ${MAX_TASK_TYPE_LENGTH} characters, none of them a control character.`,
    fix: "Choose another name.",
  });
}
