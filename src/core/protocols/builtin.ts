import type { Bytes } from "../bytes.js";
import type { Cancel } from "../clock.js";
import type { Identity } from "../identity/identity.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { SendOptions } from "../messages/messenger.js";
import type { Delivery, MessageHandler, MessageInfo } from "../messages/router.js";
import type { StandardSchema } from "../messages/standardSchema.js";
import type { Runtime } from "../runtime.js";
import type { PeerGoneReason, SwarmParts, SwarmSnapshot } from "../store/snapshot.js";
import type { ViolationCode } from "../wire/inbox.js";
import type { WitnessEvent } from "../witness/record.js";
import type { PartEvents } from "./partEvents.js";

/** A proven peer, as protocols know it. */
export interface PortPeer {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
}

/** Who this swarm is during one stay in one room. */
export interface PortSelf {
  readonly peerId: PeerId;
  readonly identity: Identity;
  readonly room: string;
}

/** What happens to the swarm, for those protocols that keep something per peer or per stay. */
export interface PortEvents {
  /** A stay has begun; no peer is there yet. */
  began: PortSelf;
  /** The stay is over: every peer has gone, nothing can be sent. */
  ended: undefined;
  /** `sealingKey` is the X25519 key that the peer announced, if it did. */
  joined: PortPeer & { readonly sealingKey: Bytes | undefined };
  /** The same session has a new link: what was under way on the old one may be lost. */
  relinked: PortPeer;
  /** Part of a transfer came, unsigned. */
  chunk: PortPeer & { readonly frame: Bytes };
  left: PortPeer & { readonly reason: PeerGoneReason };
  /** This process did not run: its tab was frozen, or the machine asleep. */
  slept: { readonly sleptMs: number };
  /** A peer said what it is and can do, for the first time or anew; `port.snapshot()` has it. */
  profiled: PortPeer;
}

/** What a built-in protocol may do. The file that wires hands it out. */
export interface ProtocolPort {
  readonly runtime: Runtime;
  /** `undefined` while the swarm is off, and until the stay of a join has begun. */
  readonly self: PortSelf | undefined;
  /** Whether `join()` was called and its stay is still to begin; see `whenPresent`. */
  readonly isArriving: boolean;
  /** Where the swarm is, or where it will be once it joins. */
  readonly room: string;
  peers(): readonly PortPeer[];
  /** Everything the swarm shows at this moment: profiles and states of peers, how well they are reached. */
  snapshot(): SwarmSnapshot;
  /** Adds to what this member announces that it can do, until cancelled; each capability once however often declared. */
  declare(capability: string): Cancel;
  /** Writes into the witness log. */
  note(event: WitnessEvent): void;
  /** Tells the app what happened. */
  emit<Name extends keyof PartEvents>(name: Name, event: PartEvents[Name]): void;
  /** Tells of what happens from now on. Returns the way to stop. */
  watch<Name extends keyof PortEvents>(name: Name, watcher: (event: PortEvents[Name]) => void): Cancel;
  /** `false` when the peer has no open link, or takes nothing more. */
  send<Input>(
    peerId: PeerId,
    definition: MessageDefinition<Input, unknown>,
    payload: Input,
    options?: SendOptions,
  ): boolean;
  /** Sends part of a transfer as soon as the bulk lane has room; `false` when the peer has no open link. */
  sendChunk(peerId: PeerId, frame: Bytes): Promise<boolean>;
  /** Brings a payload that travelled as a transfer to the app's handlers, checked by their schemas. */
  deliver(payload: unknown, info: MessageInfo, bytes: number): Delivery;
  /**
   * Like `send`, for what the app chose.
   * @throws SwarmError `invalid-payload`, `payload-too-large`, `queue-full`
   */
  sendOrThrow<Input>(
    peerId: PeerId,
    definition: MessageDefinition<Input, unknown>,
    payload: Input,
    options?: SendOptions,
  ): boolean;
  /** The same, resolved once every handler is done, asynchronous ones included. */
  deliverAndWait(payload: unknown, info: MessageInfo): Promise<Delivery>;
  /** Whether the app or a protocol listens to this type. */
  handles(type: string): boolean;
  on<Output>(definition: MessageDefinition<unknown, Output>, handler: MessageHandler<Output>): Cancel;
  /** Whether the app does not hear of this agent: it muted it, or the agent sends too much. */
  isMuted(agentId: AgentId): boolean;
  /** Whether the app muted this agent, whatever it sends. */
  hasMuted(agentId: AgentId): boolean;
  /** Shows new state in the store. */
  publish(parts: Partial<SwarmParts>): void;
  /** The peer did what no honest one does: counted, and closed if it goes on. */
  punish(peerId: PeerId, code: ViolationCode): void;
  /** Counts and tells what had to be dropped; `peerId` is the culprit. */
  dropped(code: string, peerId: PeerId | undefined): void;
  /** A function of the app threw: becomes an `error` event. `who` begins its text. */
  handlerFailed(error: unknown, who: string): void;
}

/** Like `defineMessage`, for types under `swarm/`. */
export function defineBuiltin<Input, Output>(
  name: string,
  schema: StandardSchema<Input, Output>,
): MessageDefinition<Input, Output> {
  return { type: `swarm/${name}`, schema };
}
