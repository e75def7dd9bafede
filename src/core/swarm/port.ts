import { SwarmError, toSwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { Mesh } from "../mesh/mesh.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { Messenger } from "../messages/messenger.js";
import type { MessageHandler, Router } from "../messages/router.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { Declarations } from "../protocols/declarations.js";
import type { DroppedMessage } from "../stats/recentEvents.js";
import type { SwarmEvents } from "../swarmApi.js";
import type { VerifiedMessage } from "../wire/inbox.js";
import type { WitnessEvent } from "../witness/record.js";
import type { Ground } from "./ground.js";
import type { Roll } from "./roll.js";

export interface PortOptions {
  readonly ground: Ground;
  readonly roll: Roll;
  readonly router: Router;
  readonly messenger: Messenger;
  readonly declarations: Declarations;
  /** Of the present stay. */
  readonly mesh: () => Mesh | undefined;
  readonly self: () => PortSelf | undefined;
  readonly isArriving: () => boolean;
  readonly room: () => string;
  /** Writes into the witness log. */
  readonly note: (event: WitnessEvent) => void;
  readonly countDropped: (code: string, peerId: PeerId | undefined, message?: DroppedMessage) => void;
}

/** What the parts of the swarm may do. */
export function createPort(options: PortOptions): ProtocolPort {
  const { ground, roll, router, messenger, mesh, countDropped } = options;
  const { store, events, happenings, stats } = ground;
  return {
    runtime: ground.runtime,
    get self() {
      return options.self();
    },
    get isArriving() {
      return options.isArriving();
    },
    get room() {
      return options.self()?.room ?? options.room();
    },
    peers: () => store.getSnapshot().peers,
    snapshot: store.getSnapshot,
    declare: options.declarations.declare,
    note: options.note,
    emit: (name, event) => events.emit(name, event as SwarmEvents[typeof name]),
    watch: (name, watcher) => happenings.on(name, watcher),
    hasMuted: roll.hasMuted,
    isMuted: roll.isUnheard,
    publish: (parts) => store.dispatch({ type: "parts-changed", parts }),
    async sendChunk(peerId, frame) {
      const session = mesh()?.session(peerId);
      if (session === undefined) return false;
      return session.sendChunk(frame).then(
        () => true,
        () => false,
      );
    },
    deliver(payload, info, bytes) {
      const { type, from, lane } = info;
      if (roll.hasMuted(from.agentId) || roll.isHeldBack(from.peerId)) return "delivered";
      const delivery = router.deliverPayload(payload, info);
      if (delivery === "delivered")
        stats.countMessage("received", { peerId: from.peerId, lane, type, bytes });
      return delivery;
    },
    deliverAndWait: (payload, info) => router.deliverAndWait(payload, info),
    handles: (type) => router.handles(type),
    punish: (peerId, code) => mesh()?.punish(peerId, code),
    dropped: (code, peerId) => countDropped(code, peerId, aboutOf(router.inHand, peerId)),
    handlerFailed: ground.handlerFailed,
    send(peerId, definition, payload, sendOptions) {
      try {
        return messenger.send(peerId, definition as MessageDefinition, payload, sendOptions);
      } catch (error) {
        // A peer that takes nothing can fill its queue at will: for the app that is a drop like others.
        if (error instanceof SwarmError && error.code === "queue-full")
          countDropped("queue-full", peerId, { type: definition.type, lane: sendOptions?.lane ?? "control" });
        else
          events.emit(
            "error",
            toSwarmError(error, "internal", `A "${definition.type}" message could not be sent.`),
          );
        return false;
      }
    },
    sendOrThrow: (peerId, definition, payload, sendOptions = {}) =>
      messenger.send(peerId, definition as MessageDefinition, payload, sendOptions),
    on: (definition, handler) => router.on(definition as MessageDefinition, handler as MessageHandler<never>),
  };
}

/** What a part drops of the sender of the message that it is being told of is this message. */
function aboutOf(
  inHand: VerifiedMessage | undefined,
  peerId: PeerId | undefined,
): DroppedMessage | undefined {
  if (inHand === undefined || inHand.context.fromPeer !== peerId) return undefined;
  const { context, content, bytes } = inHand;
  return { type: content.type, lane: context.lane, bytes };
}
