import type { Bytes } from "../bytes.js";
import type { Identity } from "../identity/identity.js";
import type { PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import { LANE_NAMES, type LaneName, type Link, type LinkCloseReason } from "../transport/transport.js";
import { CREDIT_STEP_BYTES, decodeCredit, encodeCredit, type SendWindow, sendWindow } from "./credit.js";
import { FrameKind } from "./frame.js";
import type { ProvenPeer } from "./handshake.js";
import type { LaneSequences } from "./hello.js";
import { createInbox, type Inbox, type VerifiedMessage, type ViolationCode } from "./inbox.js";
import type { Intake } from "./intake.js";
import type { MessageBody, MessageContext } from "./message.js";
import { encodeMessageAround, hashContext } from "./messageBytes.js";
import { createOutbox, type Outbox } from "./outbox.js";
import { createPacer, type Pacer } from "./pacer.js";
import { orderedWindow, type ReplayWindow, slidingWindow } from "./replayWindow.js";

/** Sequence numbers of one peer session in both directions; they outlive a link. */
export interface SequenceBook {
  readonly sending: Record<LaneName, number>;
  readonly receiving: Readonly<Record<LaneName, ReplayWindow>>;
}

export function createSequenceBook(): SequenceBook {
  return {
    sending: { control: 1, bulk: 1, datagram: 1 },
    receiving: { control: orderedWindow(), bulk: orderedWindow(), datagram: slidingWindow() },
  };
}

/** Skips what a peer, by its hello, will not send any more: it was lost with an earlier link. */
export function adoptSequences(book: SequenceBook, announced: LaneSequences): void {
  for (const lane of LANE_NAMES) book.receiving[lane].skipTo(announced[lane]);
}

/** A chunk waits while more than this is queued: what is queued below us can no longer be overtaken. */
const CHUNK_LOW_WATER_BYTES = 64 * 1024;

/** What to send, apart from the fields that the session adds. */
export interface OutgoingMessage {
  readonly body: MessageBody;
  readonly number: number;
  readonly lane: LaneName;
  readonly sentAtMs: number;
}

/** A signed frame of messages: its Merkle root, and the numbers of its first and last message. */
export interface SessionFrame {
  readonly direction: "sent" | "received";
  readonly lane: LaneName;
  readonly root: Bytes;
  readonly firstNumber: number;
  readonly lastNumber: number;
  readonly messages: number;
}

export interface SessionEvents {
  message(message: VerifiedMessage): void;
  /** Part of a transfer, unsigned: whoever takes it checks it against what was signed. */
  chunk(frame: Bytes): void;
  violation(code: ViolationCode): void;
  gap(lane: LaneName): void;
  frame(direction: "sent" | "received", lane: LaneName, bytes: number): void;
  /** Messages left in a signed frame, or came in one and were delivered. */
  witnessed(frame: SessionFrame): void;
  /** The link can no longer carry messages. */
  failure(error: unknown): void;
}

export interface SessionOptions {
  readonly link: Link;
  readonly proven: ProvenPeer;
  readonly identity: Identity;
  readonly peerId: PeerId;
  readonly room: string;
  readonly runtime: Runtime;
  readonly sequences: SequenceBook;
  /** Of the peer, over all links that it ever had. */
  readonly intake: Intake;
  /** Shared with the other sessions of a page; default one of its own. */
  readonly pacer?: Pacer;
  readonly events: SessionEvents;
}

/** Signed messages over one proven link. */
export interface Session {
  readonly link: Link;
  readonly proven: ProvenPeer;
  /**
   * Signs and queues; returns the encoded message's size in bytes.
   * @throws SwarmError `payload-too-large`, `queue-full`
   */
  send(message: OutgoingMessage): number;
  /**
   * Sends part of a transfer on the bulk lane, once there is room; one at a time. Rejects where the link closes.
   */
  sendChunk(frame: Bytes): Promise<void>;
  /** Bytes not yet taken by the network, on all lanes. */
  readonly queuedBytes: number;
  queuedBytesOn(lane: LaneName): number;
  /** Resolves once `queuedBytesOn(lane)` is at most `belowBytes`; rejects `link-closed` or `aborted`. */
  drained(lane: LaneName, options: { belowBytes: number; signal?: AbortSignal | undefined }): Promise<void>;
  /** Resolves when all that was sent so far is on the wire, as far as this side can know. */
  flushed(): Promise<void>;
  /** Resolves when all that has arrived so far is verified and delivered. */
  digested(): Promise<void>;
  close(reason: LinkCloseReason): void;
}

/** The first of some waits to settle; the others are called off. */
async function firstOf(
  signal: AbortSignal | undefined,
  waits: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const over = new AbortController();
  const onAbort = (): void => over.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  try {
    await Promise.race(waits.map((wait) => wait(over.signal)));
  } finally {
    signal?.removeEventListener("abort", onAbort);
    over.abort();
  }
}

export function createSession(options: SessionOptions): Session {
  const { link, proven, identity, room, runtime, sequences, events } = options;
  const outboxes = {} as Record<LaneName, Outbox>;
  const inboxes = {} as Record<LaneName, Inbox>;
  const pacer = options.pacer ?? createPacer(runtime);
  // What is lost on the way is never worked off, so the lane that drops has no window.
  const windows: Readonly<Record<LaneName, SendWindow | undefined>> = {
    control: sendWindow(),
    bulk: sendWindow(),
    datagram: undefined,
  };
  let isClosed = false;

  /** Tells the sender what was worked off, now and then. */
  const creditor = (lane: LaneName): ((frameBytes: number) => void) => {
    let workedOffBytes = 0;
    let toldBytes = 0;
    return (frameBytes) => {
      workedOffBytes += frameBytes;
      if (workedOffBytes - toldBytes < CREDIT_STEP_BYTES || isClosed || link.state === "closed") return;
      toldBytes = workedOffBytes;
      try {
        link.lanes.control.send(encodeCredit({ lane, workedOffBytes }));
      } catch (error) {
        events.failure(error);
      }
    };
  };

  for (const lane of LANE_NAMES) {
    const sending: MessageContext = {
      room,
      fromAgent: identity.agentId,
      fromPeer: options.peerId,
      toPeer: proven.peerId,
      lane,
    };
    outboxes[lane] = createOutbox({
      lane: link.lanes[lane],
      clock: runtime.clock,
      window: windows[lane],
      contextHash: hashContext(sending),
      sign: (statement) => identity.sign(statement),
      track: runtime.track,
      onFrameSent({ bytes, ...frame }) {
        events.frame("sent", lane, bytes);
        events.witnessed({ direction: "sent", lane, ...frame });
      },
      onFailure: (error) => events.failure(error),
    });
    inboxes[lane] = createInbox({
      context: { room, fromAgent: proven.agentId, fromPeer: proven.peerId, toPeer: options.peerId, lane },
      verify: proven.verify,
      track: runtime.track,
      window: sequences.receiving[lane],
      clock: runtime.clock,
      intake: options.intake,
      pacer,
      deliver: (message) => events.message(message),
      onFrameReceived: (bytes) => events.frame("received", lane, bytes),
      onFrameVerified: (frame) => events.witnessed({ direction: "received", lane, ...frame }),
      onWorkedOff: lane === "datagram" ? () => undefined : creditor(lane),
      onViolation: (code) => events.violation(code),
      onGap: () => events.gap(lane),
    });
  }

  const takeCredit = (frame: Bytes): void => {
    const credit = decodeCredit(frame);
    if (credit === undefined || windows[credit.lane]?.workedOff(credit.workedOffBytes) !== true)
      return events.violation("malformed-frame");
    outboxes[credit.lane].windowMoved();
  };

  const receive = (lane: LaneName, frame: Bytes): void => {
    if (frame[0] === FrameKind.credit) return isClosed ? undefined : takeCredit(frame);
    if (lane !== "bulk" || frame[0] !== FrameKind.chunk) return inboxes[lane].receive(frame);
    if (isClosed) return;
    events.frame("received", lane, frame.length);
    // Credit bounds how many chunks come, so they need not wait; but their bytes count, and too many restrain the peer.
    options.intake.arrived(frame.length, 1);
    options.intake.spend(frame.length, 1);
    if (!isClosed) events.chunk(frame);
  };
  for (const { lane, frame } of proven.earlyFrames) receive(lane, frame);
  for (const lane of LANE_NAMES) link.lanes[lane].receive((frame: Bytes) => receive(lane, frame));

  const queuedBytesOn = (lane: LaneName): number =>
    outboxes[lane].pendingBytes + link.lanes[lane].queuedBytes;

  return {
    link,
    proven,
    get queuedBytes() {
      return LANE_NAMES.reduce((sum, lane) => sum + queuedBytesOn(lane), 0);
    },
    queuedBytesOn,
    async drained(lane, { belowBytes, signal }) {
      while (queuedBytesOn(lane) > belowBytes) {
        const { pendingBytes } = outboxes[lane];
        // What leaves the outbox is queued on the lane: either of the two can be what brings the sum down.
        const waits: ((signal: AbortSignal) => Promise<void>)[] = [];
        if (pendingBytes > 0)
          waits.push((each) => outboxes[lane].drained({ belowBytes: pendingBytes - 1, signal: each }));
        if (pendingBytes <= belowBytes) {
          const allowedBytes = belowBytes - pendingBytes;
          waits.push((each) => link.lanes[lane].drained({ belowBytes: allowedBytes, signal: each }));
        }
        await firstOf(signal, waits);
      }
    },
    send({ body, number, lane, sentAtMs }) {
      const sequence = sequences.sending[lane];
      const encoded = encodeMessageAround(body, { number, sequence, sentAtMs });
      outboxes[lane].push(encoded, number);
      sequences.sending[lane] = sequence + 1;
      return encoded.length;
    },
    async sendChunk(frame) {
      const { bulk } = link.lanes;
      if (bulk.queuedBytes > CHUNK_LOW_WATER_BYTES) await bulk.drained({ belowBytes: CHUNK_LOW_WATER_BYTES });
      bulk.send(frame);
      events.frame("sent", "bulk", frame.length);
    },
    async flushed() {
      await Promise.all(LANE_NAMES.map((lane) => outboxes[lane].flushed()));
      await Promise.all(LANE_NAMES.map((lane) => link.lanes[lane].drained().catch(() => undefined)));
    },
    async digested() {
      await Promise.all(LANE_NAMES.map((lane) => inboxes[lane].digested()));
    },
    close(reason) {
      isClosed = true;
      for (const lane of LANE_NAMES) {
        outboxes[lane].close();
        inboxes[lane].close();
      }
      link.close(reason);
    },
  };
}
