import type { AgentId, PeerId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { decodeValue } from "../wire/decodeValue.js";
import { encodeValue } from "../wire/encoder.js";

/** Who said something. */
export interface TaskPeer {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
}

/** Messages about tasks: to peers, and to ourselves where we do our own tasks, by the same way. */
export interface TaskChannel {
  readonly self: TaskPeer | undefined;
  /** `false` when the peer has no open link, or takes nothing more. */
  send<Input>(peerId: PeerId, definition: MessageDefinition<Input, unknown>, payload: Input): boolean;
  on<Output>(
    definition: MessageDefinition<unknown, Output>,
    handler: (payload: Output, from: TaskPeer) => void,
  ): void;
}

export function createTaskChannel(port: ProtocolPort): TaskChannel {
  const handlers = new Map<string, (payload: never, from: TaskPeer) => void>();

  const selfNow = (): TaskPeer | undefined =>
    port.self && { peerId: port.self.peerId, agentId: port.self.identity.agentId };

  const sendToSelf = (self: TaskPeer, type: string, payload: unknown): boolean => {
    // Encoded and decoded, so that it is as independent of what was sent as what a peer gets.
    const copy = decodeValue(encodeValue(payload));
    queueMicrotask(() => {
      if (port.self?.peerId === self.peerId) handlers.get(type)?.(copy?.value as never, self);
    });
    return true;
  };

  return {
    get self() {
      return selfNow();
    },
    send(peerId, definition, payload) {
      const self = selfNow();
      if (self?.peerId === peerId) return sendToSelf(self, definition.type, payload);
      return port.send(peerId, definition, payload);
    },
    on(definition, handler) {
      handlers.set(definition.type, handler);
      port.on(definition, (payload, { from }) =>
        handler(payload, { peerId: from.peerId, agentId: from.agentId }),
      );
    },
  };
}
