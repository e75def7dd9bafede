import * as v from "valibot";
import { toHex } from "../bytes.js";
import { abortedError, SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { RESERVED_TYPE_PREFIX } from "../messages/definition.js";
import type { MessageInfo } from "../messages/router.js";
import type { PortPeer, ProtocolPort } from "../protocols/builtin.js";
import { decodeChunkFrame } from "../wire/chunkFrame.js";
import { decodeValue } from "../wire/decodeValue.js";
import { metadataSchema } from "../wire/message.js";
import { encodeValue } from "../wire/payload.js";
import { safeFileName, safeMediaType } from "./fileName.js";
import { createIncoming, type Incoming, isSameContent } from "./incoming.js";
import { createOutgoing, type Outgoing, type OutgoingContent } from "./outgoing.js";
import { memorySink } from "./sinks/memorySink.js";
import { openSink } from "./sinks/openSink.js";
import type { SinkResult } from "./sinks/sink.js";
import type {
  AcceptOptions,
  FileDescription,
  FileOffer,
  FileOfferHandler,
  ReceivedFile,
  TransferControls,
  TransferId,
  TransferOptions,
  TransferReceipt,
  TransferTarget,
} from "./transfer.js";
import { createTransferList } from "./transferList.js";
import {
  accept,
  CHUNK_BYTES,
  credit,
  type End,
  end,
  MAX_CHUNK_BYTES,
  MAX_CHUNKS,
  MAX_LARGE_BYTES,
  MAX_METADATA_BYTES,
  MIN_CHUNK_BYTES,
  type Offer,
  offer,
} from "./transferMessages.js";

/** Most transfers that one agent may have open with us, offers counted, and all agents together. */
export const MAX_OPEN_PER_AGENT = 8;
export const MAX_OPEN = 32;
/** Most bytes that big messages under way may come to, whoever sends them: they are kept in memory. */
export const MAX_LARGE_BYTES_OPEN: number = 256 * 1024 * 1024;
/** What is sent to one agent at a time; the rest waits. */
const SENDING_AT_ONCE = 4;
/** Ends that are remembered, in case the word of them was lost. */
const MAX_REMEMBERED_ENDS = 256;

/** What one call of `sendFile` or `sendLarge` comes to. */
export interface SendRequest extends TransferOptions {
  readonly id: TransferId;
  readonly peer: PortPeer;
  readonly content: OutgoingContent;
}

export interface EngineOptions {
  readonly port: ProtocolPort;
  readonly handlers: ReadonlySet<FileOfferHandler>;
  readonly nextId: () => TransferId;
}

/** All transfers of a swarm. Loaded when the first one is sent or offered. */
export interface TransferEngine extends TransferControls {
  send(request: SendRequest): Promise<TransferReceipt>;
  offered(payload: unknown, info: MessageInfo): void;
}

export function createTransferEngine({ port, handlers, nextId }: EngineOptions): TransferEngine {
  const { runtime } = port;
  const list = createTransferList({
    clock: runtime.clock,
    publish: (transfers) => port.publish({ transfers }),
  });
  const sending = new Map<TransferId, Outgoing>();
  const waiting = new Map<AgentId, Outgoing[]>();
  const receiving = new Map<TransferId, Incoming>();
  const offers = new Map<TransferId, FileOffer>();
  const remembered = new Map<string, Pick<End, "outcome" | "reason">>();

  // --- sending --------------------------------------------------------------------------------

  const lanes = new Map<PeerId, Promise<unknown>>();
  const inTurn = (peerId: PeerId, send: () => Promise<boolean>): Promise<boolean> => {
    const turn = (lanes.get(peerId) ?? Promise.resolve()).then(send);
    const settled = turn.catch(() => undefined);
    lanes.set(peerId, settled);
    void settled.then(() => {
      if (lanes.get(peerId) === settled) lanes.delete(peerId);
    });
    return turn;
  };

  const startNext = (agentId: AgentId): void => {
    const queue = waiting.get(agentId) ?? [];
    const isRunning = ({ agentId: of, wireId }: Outgoing): boolean =>
      of === agentId && !queue.some((other) => other.wireId === wireId);
    const running = [...sending.values()].filter(isRunning).length;
    const next = queue.splice(0, Math.max(0, SENDING_AT_ONCE - running));
    if (queue.length === 0) waiting.delete(agentId);
    for (const outgoing of next) outgoing.start();
  };

  const send = async (request: SendRequest): Promise<TransferReceipt> => {
    const { id, peer, signal, onProgress, ...limits } = request;
    const { agentId, peerId } = peer;
    const content = checked(request);
    if (signal?.aborted) throw abortedError("Sending", signal);
    list.add({
      id,
      direction: "sent",
      kind: content.kind,
      peerId,
      agentId,
      name: content.name ?? undefined,
      mediaType: content.mediaType ?? undefined,
      state: "waiting",
      totalBytes: content.blob.size,
      doneBytes: 0,
    });
    if (onProgress !== undefined) list.watch(id, (transfer) => tellProgress(onProgress, transfer));
    const onAbort = (): void => outgoing.cancel(abortedError("Sending", signal));
    const outgoing = createOutgoing({
      port,
      list,
      id,
      peer,
      content,
      resumeWithinMs: limits.resumeWithinMs,
      answerWithinMs: limits.answerWithinMs,
      chunkBytes: limits.chunkBytes,
      inTurn,
      onEnd() {
        signal?.removeEventListener("abort", onAbort);
        sending.delete(id);
        const queue = waiting.get(agentId)?.filter((other) => other !== outgoing) ?? [];
        waiting.set(agentId, queue);
        startNext(agentId);
      },
    });
    sending.set(id, outgoing);
    waiting.set(agentId, [...(waiting.get(agentId) ?? []), outgoing]);
    signal?.addEventListener("abort", onAbort);
    startNext(agentId);
    return outgoing.receipt;
  };

  const tellProgress = (
    onProgress: NonNullable<TransferOptions["onProgress"]>,
    transfer: Parameters<NonNullable<TransferOptions["onProgress"]>>[0],
  ): void => {
    try {
      onProgress(transfer);
    } catch (error) {
      port.handlerFailed(error, "An onProgress function");
    }
  };

  const outgoingOf = (wireId: string, { from }: MessageInfo): Outgoing | undefined => {
    for (const outgoing of sending.values())
      if (outgoing.wireId === wireId && outgoing.peerId === from.peerId) return outgoing;
    return undefined;
  };

  // --- being offered --------------------------------------------------------------------------

  const incomingOf = (wireId: string, agentId: AgentId): Incoming | undefined => {
    for (const incoming of receiving.values())
      if (incoming.offer.id === wireId && incoming.peer.agentId === agentId) return incoming;
    return undefined;
  };

  const remember = (agentId: AgentId, wireId: string, word: Pick<End, "outcome" | "reason">): void => {
    remembered.set(`${agentId}:${wireId}`, word);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MAX_REMEMBERED_ENDS) break;
      remembered.delete(oldest);
    }
  };

  const answer = (peerId: PeerId, id: string, word: Pick<End, "outcome" | "reason">): void =>
    void port.send(peerId, end, { id, side: "receiver", ...word });

  /** Why an offer is not even shown to the app. */
  const refusalOf = ({ kind, name, size }: Offer, { agentId }: PortPeer): string | undefined => {
    const open = [...receiving.values()];
    const theirs = open.filter((incoming) => incoming.peer.agentId === agentId).length;
    if (open.length >= MAX_OPEN || theirs >= MAX_OPEN_PER_AGENT) return "Too many transfers are open.";
    if (kind === "file") return handlers.size === 0 ? "Nobody takes files here." : undefined;
    if (name?.startsWith(RESERVED_TYPE_PREFIX) || !port.handles(name ?? ""))
      return "Nobody takes messages of this type here.";
    const largeBytes = open
      .filter((incoming) => incoming.offer.kind === "message")
      .reduce((sum, incoming) => sum + incoming.offer.size, 0);
    return largeBytes + size > MAX_LARGE_BYTES_OPEN ? "Too many big messages are under way." : undefined;
  };

  const continued = (offered: Offer, peer: PortPeer): Incoming | undefined =>
    incomingOf(offered.id, peer.agentId) ??
    // After a reload of the sender the same content comes under another id.
    [...receiving.values()].find(
      (incoming) =>
        incoming.state === "paused" &&
        incoming.peer.agentId === peer.agentId &&
        isSameContent(incoming.offer, offered),
    );

  const offered = (offer: Offer, info: MessageInfo): void => {
    const peer = port.peers().find(({ peerId }) => peerId === info.from.peerId);
    if (peer === undefined) return;
    const { peerId, agentId } = peer;
    const known = continued(offer, peer);
    if (known !== undefined) {
      // What was accepted is what comes, whatever is said of it later.
      if (!isSameContent(known.offer, offer)) return port.dropped("invalid-payload", peerId);
      return known.offeredAgain({ peerId, agentId }, offer.id);
    }
    const past = remembered.get(`${agentId}:${offer.id}`);
    if (past !== undefined) return answer(peerId, offer.id, past);
    // Of a muted agent the app hears nothing, and it learns nothing of that.
    const refusal = port.isMuted(agentId) ? "Nobody takes files here." : refusalOf(offer, peer);
    if (refusal !== undefined) {
      port.dropped("transfer-refused", peerId);
      return answer(peerId, offer.id, { outcome: "refused", reason: refusal });
    }
    const incoming = open(offer, { peerId, agentId });
    if (offer.kind === "message") receiveMessage(incoming, info);
    else show(incoming);
  };

  const open = (offer: Offer, peer: PortPeer): Incoming => {
    const id = nextId();
    list.add({
      id,
      direction: "received",
      kind: offer.kind,
      ...peer,
      name: offer.kind === "file" ? safeFileName(offer.name) : (offer.name ?? undefined),
      mediaType: offer.kind === "file" ? safeMediaType(offer.mediaType) : undefined,
      state: "offered",
      totalBytes: offer.size,
      doneBytes: 0,
    });
    const incoming = createIncoming({
      port,
      list,
      id,
      peer,
      offer,
      onEnd(word) {
        receiving.delete(id);
        offers.delete(id);
        if (word !== undefined) remember(incoming.peer.agentId, incoming.offer.id, word);
      },
    });
    receiving.set(id, incoming);
    return incoming;
  };

  // --- big messages ---------------------------------------------------------------------------

  const receiveMessage = (incoming: Incoming, info: MessageInfo): void => {
    const inspect = ({ content }: SinkResult): void => {
      const decoded = decodeValue(content as Uint8Array);
      const metadata = incoming.offer.metadata ?? undefined;
      const delivery =
        decoded === undefined || (metadata !== undefined && !v.is(metadataSchema, metadata))
          ? "malformed-message"
          : port.deliver(
              decoded.value,
              // What was signed is the offer, and it names the hash of all of this.
              { ...info, type: incoming.offer.name ?? "", lane: "bulk", metadata },
              incoming.offer.size,
            );
      if (delivery === "delivered") return;
      port.dropped(delivery, incoming.peer.peerId);
      throw new SwarmError("transfer-failed", {
        what: `This "${incoming.offer.name}" message was not delivered (${delivery}).`,
        fix: "Both sides need the same definition of the message.",
      });
    };
    void incoming.accept({ open: async () => memorySink(), inspect }).catch(() => undefined);
  };

  // --- files ----------------------------------------------------------------------------------

  const describe = ({ offer, peer, id }: Incoming): FileDescription => ({
    id,
    from: peer,
    name: safeFileName(offer.name),
    mediaType: safeMediaType(offer.mediaType),
    bytes: offer.size,
    metadata: offer.metadata,
    contentId: toHex(offer.root),
  });

  const acceptFile = async <Target extends TransferTarget>(
    incoming: Incoming,
    { into, signal, resumeWithinMs }: AcceptOptions<Target> = {},
  ): Promise<ReceivedFile<Target>> => {
    const { content, discard } = await incoming.accept({
      open: () => openSink(runtime, into ?? "blob", incoming.offer),
      signal,
      resumeWithinMs,
    });
    return { ...describe(incoming), content: content as ReceivedFile<Target>["content"], discard };
  };

  const show = (incoming: Incoming): void => {
    const offer: FileOffer = {
      ...describe(incoming),
      signal: incoming.decided,
      accept(options) {
        const received = acceptFile(incoming, options);
        // The store tells the same, so nobody is obliged to look at it.
        received.catch(() => undefined);
        return received;
      },
      refuse: (reason = "") => incoming.refuse(reason),
    };
    offers.set(incoming.id, offer);
    for (const handler of [...handlers]) void callHandler(handler, offer);
  };

  const callHandler = async (handler: FileOfferHandler, offer: FileOffer): Promise<void> => {
    try {
      await handler(offer);
    } catch (error) {
      // How a transfer ended is no fault of the handler that waited for it.
      if (error instanceof SwarmError && list.get(offer.id)?.error === error) return;
      port.handlerFailed(error, "A handler of offered files");
    }
  };

  // --- what comes in --------------------------------------------------------------------------

  port.on(accept, ({ id, from, upTo }, info) => outgoingOf(id, info)?.accepted(from, upTo));
  port.on(credit, ({ id, written, upTo }, info) => outgoingOf(id, info)?.credited(written, upTo));
  port.on(end, (word, info) => {
    if (word.side === "receiver") return outgoingOf(word.id, info)?.ended(word);
    const incoming = incomingOf(word.id, info.from.agentId);
    if (incoming?.peer.peerId === info.from.peerId) incoming.ended(word);
  });
  port.watch("chunk", ({ peerId, agentId, frame }) => {
    const chunk = decodeChunkFrame(frame);
    if (chunk === undefined) return port.punish(peerId, "malformed-chunk");
    const incoming = incomingOf(chunk.transfer, agentId);
    // What was under way when we ended it still comes for a while.
    if (incoming?.peer.peerId !== peerId) return port.dropped("stray-chunk", peerId);
    incoming.chunk(chunk.index, chunk.body);
  });
  port.watch("joined", ({ peerId, agentId }) => {
    for (const outgoing of [...sending.values()]) if (outgoing.agentId === agentId) outgoing.joined(peerId);
  });
  port.watch("relinked", ({ peerId }) => {
    for (const outgoing of [...sending.values()]) if (outgoing.peerId === peerId) outgoing.relinked();
    for (const incoming of [...receiving.values()])
      if (incoming.peer.peerId === peerId) incoming.interrupted();
  });
  port.watch("left", ({ peerId }) => {
    for (const outgoing of [...sending.values()]) if (outgoing.peerId === peerId) outgoing.left();
    for (const incoming of [...receiving.values()])
      if (incoming.peer.peerId === peerId) incoming.interrupted();
  });

  port.watch("ended", list.flush);

  return {
    send,
    offered(payload, info) {
      const parsed = v.safeParse(offer.schema as v.GenericSchema<unknown, Offer>, payload);
      if (!parsed.success || encodeValue(parsed.output.metadata).length > MAX_METADATA_BYTES)
        return port.dropped("invalid-payload", info.from.peerId);
      offered(parsed.output, info);
    },
    async accept(id, options) {
      const offer = offers.get(id);
      if (offer === undefined)
        throw new SwarmError("transfer-cancelled", { what: "There is no such offer any more." });
      return offer.accept(options);
    },
    refuse: (id, reason) => offers.get(id)?.refuse(reason),
    cancel(id) {
      const error = new SwarmError("transfer-cancelled", { what: "The transfer was ended on this side." });
      sending.get(id)?.cancel(error);
      const incoming = receiving.get(id);
      if (incoming?.state === "offered" && offers.has(id) && !incoming.decided.aborted) incoming.refuse("");
      else incoming?.cancel(error);
    },
  };
}

/** What the other side would refuse, told to the caller before anything is read. */
function checked({ content, chunkBytes = CHUNK_BYTES }: SendRequest): OutgoingContent {
  assertChunkBytes(chunkBytes);
  const { kind, blob, name, mediaType, metadata } = content;
  const limitBytes = kind === "file" ? MAX_CHUNKS * chunkBytes : MAX_LARGE_BYTES;
  if (blob.size > limitBytes)
    throw tooLarge(`This ${kind} has ${blob.size} bytes, and at most ${limitBytes} can be sent.`);
  if (kind === "message") return content;
  const metadataBytes = encodeValue(metadata).length;
  if (metadataBytes > MAX_METADATA_BYTES)
    throw tooLarge(
      `The file's metadata has ${metadataBytes} bytes, and at most ${MAX_METADATA_BYTES} can be sent.`,
    );
  return {
    ...content,
    name: safeFileName(name) ?? null,
    mediaType: mediaType ? safeMediaType(mediaType) : null,
  };
}

function assertChunkBytes(chunkBytes: number): void {
  if (Number.isInteger(chunkBytes) && chunkBytes >= MIN_CHUNK_BYTES && chunkBytes <= MAX_CHUNK_BYTES) return;
  throw new SwarmError("invalid-option", {
    what: `chunkBytes is ${chunkBytes}.`,
    why: `It is a whole number from ${MIN_CHUNK_BYTES} to ${MAX_CHUNK_BYTES}.`,
    fix: "Leave it out for the default.",
  });
}

function tooLarge(what: string): SwarmError {
  return new SwarmError("payload-too-large", { what, fix: "Split it, or send less." });
}
