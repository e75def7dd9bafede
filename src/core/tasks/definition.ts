import type { StandardSchema } from "../messages/standardSchema.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { RiskLevel } from "../risk.js";
import type { Tasks } from "./taskApi.js";

/**
 * A kind of task, with the schemas of what goes in and what comes out. `Received` is what
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
