import type { Clock } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { LaneName } from "../transport/transport.js";
import { encodeBody, keepBody, type MessageBody, type MessageMetadata } from "../wire/message.js";
import type { Session } from "../wire/session.js";
import { assertPayloadFits, type MessageDefinition } from "./definition.js";

/** How a message is sent. */
export interface SendOptions extends MessageMetadata {
  /** Default `control`. */
  readonly lane?: LaneName;
  /**
   * Whether only the receiving agent can read it, wherever the message is kept or passed on (the link itself is
   * always encrypted). Sealed messages of one lane keep their order among themselves, and may be overtaken by
   * others. Default `false`.
   */
  readonly sealed?: boolean;
}

/** The sessions that messages can go to. */
export interface MessageTargets {
  session(peerId: PeerId): Session | undefined;
  sessions(): Iterable<Session>;
}

export interface MessengerOptions {
  readonly clock: Clock;
  /** `undefined` while the swarm is off. */
  readonly targets: () => MessageTargets | undefined;
  readonly onSent: (message: {
    peerId: PeerId;
    lane: LaneName;
    type: string;
    bytes: number;
    timeMs: number;
  }) => void;
  /** A peer was left out of a broadcast because it takes messages slower than they come. */
  readonly onQueueFull: (peerId: PeerId, message: { lane: LaneName; type: string }) => void;
}

/** Checks what the app wants to say and hands it to the sessions of those who are to hear it. */
export interface Messenger {
  send(peerId: PeerId, target: string | MessageDefinition, payload: unknown, options?: SendOptions): boolean;
  broadcast(target: string | MessageDefinition, payload: unknown, options?: SendOptions): number;
}

interface Prepared {
  readonly body: MessageBody;
  readonly number: number;
  readonly lane: LaneName;
  readonly sentAtMs: number;
}

// The options of most messages: none.
const NO_OPTIONS: SendOptions = {};

export function createMessenger({ clock, targets, onSent, onQueueFull }: MessengerOptions): Messenger {
  let messageCount = 0;

  const prepare = (target: string | MessageDefinition, payload: unknown, options: SendOptions): Prepared => {
    const type = typeof target === "string" ? target : target.type;
    if (typeof target !== "string") assertPayloadFits(target, payload);
    const body = encodeBody(type, payload, options === NO_OPTIONS ? undefined : metadataOf(options));
    return { body, number: ++messageCount, lane: options.lane ?? "control", sentAtMs: clock.now() };
  };

  const sendOver = (session: Session | undefined, message: Prepared): boolean => {
    if (session === undefined || session.link.state === "closed") return false;
    const bytes = session.send(message);
    onSent({
      peerId: session.proven.peerId,
      lane: message.lane,
      type: message.body.type,
      bytes,
      timeMs: message.sentAtMs,
    });
    return true;
  };

  return {
    send(peerId, target, payload, options = NO_OPTIONS) {
      const message = prepare(target, payload, options);
      return sendOver(targets()?.session(peerId), message);
    },
    broadcast(target, payload, options = NO_OPTIONS) {
      const prepared = prepare(target, payload, options);
      // Whoever hears of a full queue may send something else meanwhile.
      const message = { ...prepared, body: keepBody(prepared.body) };
      let reached = 0;
      for (const session of targets()?.sessions() ?? []) {
        try {
          if (sendOver(session, message)) reached++;
        } catch (error) {
          if (!(error instanceof SwarmError) || error.code !== "queue-full") throw error;
          onQueueFull(session.proven.peerId, { lane: message.lane, type: message.body.type });
        }
      }
      return reached;
    },
  };
}

function metadataOf({ lane, sealed, ...metadata }: SendOptions): MessageMetadata | undefined {
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}
