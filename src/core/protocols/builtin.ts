import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { MessageHandler } from "../messages/router.js";
import type { StandardSchema } from "../messages/standardSchema.js";

/** What a built-in protocol may do. The file that wires hands it out. */
export interface ProtocolPort {
  /** `false` when the peer has no open link. */
  send<Input>(peerId: PeerId, definition: MessageDefinition<Input, unknown>, payload: Input): boolean;
  on<Output>(definition: MessageDefinition<unknown, Output>, handler: MessageHandler<Output>): Cancel;
}

/** Like `defineMessage`, for types under `swarm/`. */
export function defineBuiltin<Input, Output>(
  name: string,
  schema: StandardSchema<Input, Output>,
): MessageDefinition<Input, Output> {
  return { type: `swarm/${name}`, schema };
}
