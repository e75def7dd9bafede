import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { assertAppType, assertPayloadFits, type MessageDefinition } from "../messages/definition.js";
import type { SendOptions } from "../messages/messenger.js";
import type { MessageInfo } from "../messages/router.js";
import { defineBuiltin, type ProtocolPort } from "../protocols/builtin.js";
import { createLetterId } from "../wire/letterShape.js";
import { assertSendable } from "../wire/message.js";
import { encodeValue } from "../wire/payload.js";
import type { SealingContext } from "./seal.js";
import type { SealedContent } from "./sealedContent.js";

/** Largest sealed message; it must fit into a message with room to spare. */
const MAX_SEALED_BYTES: number = 188 * 1024;
/** Most bytes that wait to be sealed for one peer, or to be opened of one. */
const MAX_WAITING_BYTES: number = 8 * 1024 * 1024;

const sealedMessage = defineBuiltin(
  "sealed",
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
    sealed: v.pipe(
      v.instance(Uint8Array<ArrayBuffer>),
      v.check(({ length }) => length <= MAX_SEALED_BYTES),
    ),
  }),
);

/** Live messages that only their receiver can read. */
export interface SealedMessages {
  /**
   * Seals and sends; `false` when the peer is not there.
   * @throws SwarmError `invalid-payload`, `payload-too-large`, `queue-full`, `sealing-unavailable`
   */
  send(peerId: PeerId, target: string | MessageDefinition, payload: unknown, options: SendOptions): boolean;
  /** The same to every peer that announced a key; to how many it went. */
  broadcast(target: string | MessageDefinition, payload: unknown, options: SendOptions): number;
}

/** Work for one peer that is done in the order in which it came. */
interface Line {
  bytes: number;
  last: Promise<void>;
}

export function startSealedMessages(port: ProtocolPort): SealedMessages {
  const { runtime } = port;
  const keys = new Map<PeerId, { readonly agentId: AgentId; readonly key: Bytes }>();
  const leaving = new Map<PeerId, Line>();
  const arriving = new Map<PeerId, Line>();
  const sealer = () => runtime.track(import("./seal.js"));
  const opener = () => runtime.track(import("./sealedContent.js"));

  /** Begins `work` at once and ends it in turn; `false` where too much waits already. */
  const inTurn = <T>(
    lines: Map<PeerId, Line>,
    peerId: PeerId,
    bytes: number,
    work: Promise<T>,
    finish: (result: T) => void,
  ): void => {
    const line = lines.get(peerId) ?? { bytes: 0, last: Promise.resolve() };
    lines.set(peerId, line);
    line.bytes += bytes;
    line.last = Promise.all([work, line.last])
      .then(([result]) => finish(result))
      .catch(() => port.dropped("sealing-failed", peerId))
      .finally(() => {
        line.bytes -= bytes;
        if (line.bytes === 0 && lines.get(peerId) === line) lines.delete(peerId);
      });
  };

  const isFull = (lines: Map<PeerId, Line>, peerId: PeerId, bytes: number): boolean =>
    (lines.get(peerId)?.bytes ?? 0) + bytes > MAX_WAITING_BYTES;

  const contextOf = (id: string, room: string, from: AgentId, to: AgentId): SealingContext => ({
    purpose: "message",
    room,
    from,
    to,
    id,
    openFields: [],
  });

  const encode = (target: string | MessageDefinition, payload: unknown, options: SendOptions): Bytes => {
    const type = typeof target === "string" ? target : target.type;
    assertAppType(type);
    if (typeof target !== "string") assertPayloadFits(target, payload);
    const { lane: _, sealed: __, ...rest } = options;
    const metadata = Object.keys(rest).length === 0 ? undefined : rest;
    assertSendable(type, payload, metadata);
    const inside = encodeValue([type, payload ?? null, metadata ?? null]);
    if (inside.length <= MAX_SEALED_BYTES - 1024) return inside;
    throw new SwarmError("payload-too-large", {
      what: `This "${type}" message has ${inside.length} bytes.`,
      why: `A sealed message holds at most ${MAX_SEALED_BYTES - 1024}.`,
      fix: "Send less, or split it into several messages.",
    });
  };

  const sendTo = (peerId: PeerId, inside: Bytes, lane: SendOptions["lane"]): boolean => {
    const { self } = port;
    const receiver = keys.get(peerId);
    if (self === undefined || receiver === undefined) return false;
    if (isFull(leaving, peerId, inside.length)) throw queueFull();
    const id = createLetterId(runtime.randomBytes);
    const context = contextOf(id, self.room, self.identity.agentId, receiver.agentId);
    const sealing = sealer().then(({ seal }) => seal(inside, receiver.key, context, runtime));
    inTurn(leaving, peerId, inside.length, sealing, (sealed) => {
      port.sendOrThrow(peerId, sealedMessage, { id, sealed }, lane === undefined ? {} : { lane });
    });
    return true;
  };

  const receive = ({ bytes, payload, type, metadata }: SealedContent, info: MessageInfo): void => {
    const delivery = port.deliver(payload, { ...info, type, metadata, isSealed: true }, bytes);
    if (delivery !== "delivered") port.dropped(delivery, info.from.peerId);
  };

  port.watch("joined", ({ peerId, agentId, sealingKey }) => {
    if (sealingKey !== undefined) keys.set(peerId, { agentId, key: sealingKey });
  });
  port.watch("left", ({ peerId }) => keys.delete(peerId));
  port.watch("ended", () => keys.clear());
  port.on(sealedMessage, ({ id, sealed }, info) => {
    const { self } = port;
    const { peerId, agentId } = info.from;
    if (self === undefined) return;
    if (isFull(arriving, peerId, sealed.length)) return port.dropped("sealed-flood", peerId);
    const { sealingKey, agentId: own } = self.identity;
    const context = contextOf(id, self.room, agentId, own);
    const opening = opener().then(({ openContent }) => openContent(sealed, sealingKey, context, runtime));
    inTurn(arriving, peerId, sealed.length, opening, (content) => {
      // Nothing of a peer comes after it has gone.
      if (!keys.has(peerId) && !port.peers().some((peer) => peer.peerId === peerId)) return;
      if (typeof content === "string") port.dropped(content, peerId);
      else receive(content, info);
    });
  });

  return {
    send(peerId, target, payload, options) {
      const inside = encode(target, payload, options);
      const isHere = port.peers().some((peer) => peer.peerId === peerId);
      if (isHere && !keys.has(peerId)) throw unavailable(peerId);
      return sendTo(peerId, inside, options.lane);
    },
    broadcast(target, payload, options) {
      const inside = encode(target, payload, options);
      let reached = 0;
      for (const { peerId } of port.peers()) {
        if (isFull(leaving, peerId, inside.length)) port.dropped("queue-full", peerId);
        else if (sendTo(peerId, inside, options.lane)) reached++;
        else port.dropped("sealing-unavailable", peerId);
      }
      return reached;
    },
  };
}

function unavailable(peerId: PeerId): SwarmError {
  return new SwarmError("sealing-unavailable", {
    what: `Nothing can be sealed to ${peerId}.`,
    why: "It announced no key.",
    fix: "Send without `sealed`: the link itself is encrypted.",
  });
}

function queueFull(): SwarmError {
  return new SwarmError("queue-full", {
    what: "Too much waits to be sealed for this peer.",
    why: "It is sent faster than it can be sealed.",
    fix: "Send less at once.",
  });
}
