import type { Cancel } from "../clock.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { LaneName } from "../transport/transport.js";
import type { VerifiedMessage } from "../wire/inbox.js";
import type { MessageMetadata } from "../wire/message.js";
import type { SignedMessage } from "../wire/signedMessage.js";
import { type MessageDefinition, RESERVED_TYPE_PREFIX, validateNow } from "./definition.js";

/** What a handler learns of a message besides its payload. All of it was signed by `from`. */
export interface MessageInfo {
  /** Unique among all messages of the swarm: `<sender's PeerId>:<its number>`. */
  readonly id: string;
  readonly type: string;
  readonly from: { readonly peerId: PeerId; readonly agentId: AgentId };
  readonly lane: LaneName;
  /** Sender's clock, milliseconds since the epoch; advisory. */
  readonly sentAtMs: number;
  readonly metadata: MessageMetadata | undefined;
  /** `true` where it was sent with `sealed`. */
  readonly isSealed?: boolean;
  /** Present where it came by `sendReliably`; `id` is then the letter's own, and `from.peerId` the session that brought it. */
  readonly mail?: MailInfo;
  /**
   * The message with its proof, verifiable by anyone with `verifySignedMessage`. Of mail: the message that
   * brought the letter.
   */
  signed(): SignedMessage;
}

/** What a handler learns of mail besides. */
export interface MailInfo {
  /** Whether only this agent could read it. */
  readonly isSealed: boolean;
  /** Sender's clock, milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/**
 * Called once per verified message of its type. What it throws, or rejects with, becomes an `error` event
 * (`handler-failed`).
 */
export type MessageHandler<Payload> = (payload: Payload, info: MessageInfo) => void;

/** What became of a message. */
export type Delivery = "delivered" | "unknown-type" | "invalid-payload";

interface Route {
  readonly definition: MessageDefinition | undefined;
  readonly handler: MessageHandler<never>;
}

/** Brings verified messages to the handlers of their type. */
export interface Router {
  /** A type under `swarm/` that ends in `:` is a family: its handlers get what nobody handles of the types that begin so. */
  on(target: string | MessageDefinition, handler: MessageHandler<never>): Cancel;
  /** Whether anybody here listens to this type. */
  handles(type: string): boolean;
  deliver(message: VerifiedMessage): Delivery;
  /** The same for a payload that did not travel as one message. */
  deliverPayload(payload: unknown, info: MessageInfo): Delivery;
  /** The same, resolved once every handler is done, asynchronous ones included. */
  deliverAndWait(payload: unknown, info: MessageInfo): Promise<Delivery>;
  /** What handlers are being told of at this moment. */
  readonly inHand: VerifiedMessage | undefined;
  /** Number of handlers, for leak checks. */
  readonly size: number;
}

export function createRouter(onHandlerError: (error: unknown, info: MessageInfo) => void): Router {
  const routes = new Map<string, Set<Route>>();
  let inHand: VerifiedMessage | undefined;

  const call = (route: Route, payload: unknown, info: MessageInfo, waits: Promise<void>[]): void => {
    try {
      const outcome: unknown = route.handler(payload as never, info);
      if (outcome instanceof Promise) waits.push(outcome.catch((error) => onHandlerError(error, info)));
    } catch (error) {
      onHandlerError(error, info);
    }
  };

  /** Whether the route's schema took the payload. */
  const dispatch = (route: Route, payload: unknown, info: MessageInfo, waits: Promise<void>[]): boolean => {
    const result = route.definition === undefined ? { value: payload } : check(route.definition, payload);
    if (!("value" in result)) return false;
    call(route, result.value, info, waits);
    return true;
  };

  const deliver = (
    type: string,
    payload: unknown,
    createInfo: () => MessageInfo,
    waits: Promise<void>[] = [],
  ): Delivery => {
    const set = routes.get(type);
    const family = set === undefined ? routes.get(familyOf(type)) : undefined;
    const receivers = set ?? family;
    if (receivers === undefined) return "unknown-type";
    const info = createInfo();
    let isDelivered = false;
    for (const route of [...receivers]) if (dispatch(route, payload, info, waits)) isDelivered = true;
    // A family only hears of what nobody handles, because somebody may have to be told.
    if (set === undefined) return "unknown-type";
    return isDelivered ? "delivered" : "invalid-payload";
  };

  return {
    get inHand() {
      return inHand;
    },
    get size() {
      let size = 0;
      for (const set of routes.values()) size += set.size;
      return size;
    },
    on(target, handler) {
      const [type, definition] = typeof target === "string" ? [target, undefined] : [target.type, target];
      const set = routes.get(type) ?? new Set();
      routes.set(type, set);
      const route: Route = { definition, handler };
      set.add(route);
      return () => {
        set.delete(route);
        if (set.size === 0 && routes.get(type) === set) routes.delete(type);
      };
    },
    handles: (type) => routes.has(type),
    deliver(message) {
      const { type, payload } = message.content;
      inHand = message;
      const delivery = deliver(type, payload, () => infoOf(message));
      inHand = undefined;
      return delivery;
    },
    deliverPayload: (payload, info) => deliver(info.type, payload, () => info),
    async deliverAndWait(payload, info) {
      const waits: Promise<void>[] = [];
      const delivery = deliver(info.type, payload, () => info, waits);
      await Promise.all(waits);
      return delivery;
    },
  };
}

// A schema that throws on hostile input counts as one that refuses it.
function check(
  definition: MessageDefinition,
  payload: unknown,
): { readonly value: unknown } | { readonly issues: unknown } {
  try {
    return validateNow(definition, payload);
  } catch (issues) {
    return { issues };
  }
}

// Of peerswarm's own types only: the family of `swarm/request:sum` is `swarm/request:`.
function familyOf(type: string): string {
  return type.startsWith(RESERVED_TYPE_PREFIX) ? type.slice(0, type.indexOf(":") + 1) : "";
}

function infoOf(message: VerifiedMessage): MessageInfo {
  const { context, content } = message;
  return {
    id: `${context.fromPeer}:${content.number}`,
    type: content.type,
    from: { peerId: context.fromPeer, agentId: context.fromAgent },
    lane: context.lane,
    sentAtMs: content.sentAtMs,
    metadata: content.metadata,
    signed: () => message.signed(),
  };
}
