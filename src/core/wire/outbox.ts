import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { Lane } from "../transport/transport.js";
import { encodeMessageFrame, frameStatement, MAX_FRAME_MESSAGES, MESSAGE_HEADER_BYTES } from "./frame.js";
import { hashLeaf, merkleRoot } from "./merkle.js";

/** Messages are gathered into frames up to this size; a bigger message has a frame of its own. */
export const FRAME_TARGET_BYTES: number = 16 * 1024;
/** Above this the outbox waits for the lane: what is queued below us can no longer be overtaken. */
const LANE_HIGH_WATER_BYTES = 256 * 1024;
/** Most bytes that wait in an outbox; `push` throws `queue-full` beyond. */
export const MAX_OUTBOX_BYTES: number = 8 * 1024 * 1024;

/** A frame that the lane has taken. */
export interface SentFrame {
  readonly bytes: number;
  /** What was signed. */
  readonly root: Bytes;
  readonly firstNumber: number;
  readonly lastNumber: number;
  readonly messages: number;
}

interface Pending {
  readonly message: Bytes;
  readonly number: number;
}

export interface OutboxOptions {
  readonly lane: Lane;
  readonly contextHash: Bytes;
  readonly sign: (statement: Bytes) => Promise<Bytes>;
  readonly onFrameSent: (frame: SentFrame) => void;
  /** Signing or sending failed for good; the link is of no more use. */
  readonly onFailure: (error: unknown) => void;
}

/** Turns messages of one lane into signed frames, in order. What comes while one is being signed shares the next. */
export interface Outbox {
  /**
   * @param number the message's own, as in its id
   * @throws SwarmError `queue-full`; nothing is queued then
   */
  push(message: Bytes, number: number): void;
  readonly pendingBytes: number;
  /** Resolves when everything pushed so far has been handed to the lane, or the outbox was closed. */
  flushed(): Promise<void>;
  close(): void;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { lane } = options;
  let pending: Pending[] = [];
  let pendingBytes = 0;
  let running: Promise<void> | undefined;
  let isClosed = false;

  const takeBatch = (): Pending[] => {
    let bytes = 0;
    let count = 0;
    for (const { message } of pending) {
      const size = message.length + MESSAGE_HEADER_BYTES;
      if (count > 0 && (bytes + size > FRAME_TARGET_BYTES || count === MAX_FRAME_MESSAGES)) break;
      bytes += size;
      count++;
    }
    const batch = pending.slice(0, count);
    pending = pending.slice(count);
    pendingBytes -= bytes;
    return batch;
  };

  const sendBatch = async (batch: Pending[]): Promise<void> => {
    const messages = batch.map(({ message }) => message);
    const root = merkleRoot(messages.map((message) => hashLeaf(options.contextHash, message)));
    const signature = await options.sign(frameStatement(root));
    const frame = encodeMessageFrame({ signature, messages });
    if (lane.queuedBytes > LANE_HIGH_WATER_BYTES)
      await lane.drained({ belowBytes: LANE_HIGH_WATER_BYTES / 2 });
    if (isClosed) return;
    lane.send(frame);
    options.onFrameSent({
      bytes: frame.length,
      root,
      firstNumber: batch[0]?.number ?? 0,
      lastNumber: batch.at(-1)?.number ?? 0,
      messages: messages.length,
    });
  };

  const pump = async (): Promise<void> => {
    // One turn of the microtask queue, so that all messages of the caller's task share a frame.
    await Promise.resolve();
    try {
      while (pending.length > 0 && !isClosed) await sendBatch(takeBatch());
    } catch (error) {
      close();
      options.onFailure(error);
    } finally {
      running = undefined;
    }
  };

  const close = (): void => {
    isClosed = true;
    pending = [];
    pendingBytes = 0;
  };

  return {
    get pendingBytes() {
      return pendingBytes;
    },
    push(message, number) {
      if (isClosed) return;
      const size = message.length + MESSAGE_HEADER_BYTES;
      if (pendingBytes + size > MAX_OUTBOX_BYTES) {
        throw new SwarmError("queue-full", {
          what: `${pendingBytes} bytes already wait for this peer on the ${lane.name} lane.`,
          why: "It takes them slower than they come.",
          fix: "Send less, or wait until the peer's queue has drained.",
        });
      }
      pending.push({ message, number });
      pendingBytes += size;
      running ??= pump();
    },
    async flushed() {
      while (running !== undefined && !isClosed) await running;
    },
    close,
  };
}
