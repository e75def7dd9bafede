import type { Bytes } from "../bytes.js";
import type { Cancel, Clock } from "../clock.js";
import { abortedError, SwarmError } from "../errors.js";
import type { Runtime } from "../runtime.js";
import type { Lane } from "../transport/transport.js";
import type { SendWindow } from "./credit.js";
import { FrameDraft, frameStatement, MAX_FRAME_MESSAGES, MESSAGE_HEADER_BYTES } from "./frame.js";
import { hashLeaves, merkleRoot } from "./merkle.js";
import { createFramePacker } from "./packedFrame.js";
import { type TokenBucket, takeOne, tokenBucket } from "./tokenBucket.js";

/** Messages are gathered into frames up to this size; a bigger message has a frame of its own. */
export const FRAME_TARGET_BYTES: number = 32 * 1024;
/** Above this the outbox waits for the lane: what is queued below us can no longer be overtaken. */
const LANE_HIGH_WATER_BYTES = 256 * 1024;
/** Most bytes that wait in an outbox; `push` throws `queue-full` beyond. */
export const MAX_OUTBOX_BYTES: number = 8 * 1024 * 1024;
/**
 * Frames a second that are sent before they are full. Signing and sending a frame costs as much as some fifty
 * messages in it: a sender of many lone messages gathers them, a sender of few never waits.
 */
export const PARTIAL_FRAMES_PER_SECOND = 2000;
/** Such frames in one go. */
export const PARTIAL_FRAMES_AT_ONCE = 4;
const GATHERING_MS = 1000 / PARTIAL_FRAMES_PER_SECOND;

/** A frame that the lane has taken. */
export interface SentFrame {
  readonly bytes: number;
  /** What was signed. */
  readonly root: Bytes;
  readonly firstNumber: number;
  readonly lastNumber: number;
  readonly messages: number;
}

export interface OutboxOptions {
  readonly lane: Lane;
  readonly clock: Clock;
  /** What the receiver has room for; absent where nobody counts, on the lane that drops. */
  readonly window: SendWindow | undefined;
  readonly contextHash: Bytes;
  readonly sign: (statement: Bytes) => Promise<Bytes>;
  readonly track: Runtime["track"];
  readonly onFrameSent: (frame: SentFrame) => void;
  /** Signing or sending failed for good; the link is of no more use. */
  readonly onFailure: (error: unknown) => void;
}

/** Turns messages of one lane into signed frames, in order. What comes while one is being signed shares the next. */
export interface Outbox {
  /**
   * Takes a copy of an encoded message.
   * @param number the message's own, as in its id
   * @throws SwarmError `queue-full`; nothing is queued then
   */
  push(message: Uint8Array, number: number): void;
  readonly pendingBytes: number;
  /** Resolves once `pendingBytes` is at most `belowBytes`; rejects `link-closed` or `aborted`. */
  drained(options: { belowBytes: number; signal?: AbortSignal | undefined }): Promise<void>;
  /** Looks again whether the receiver has room. */
  windowMoved(): void;
  /** Resolves when everything pushed so far has been handed to the lane, or the outbox was closed. */
  flushed(): Promise<void>;
  close(): void;
}

interface SealedFrame {
  readonly root: Bytes;
  readonly frame: Bytes;
}

interface Waiter {
  readonly belowBytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { lane, clock, window } = options;
  const budget: TokenBucket = tokenBucket(clock, PARTIAL_FRAMES_PER_SECOND, PARTIAL_FRAMES_AT_ONCE);
  const packer = createFramePacker();
  const waiters = new Set<Waiter>();
  let drafts: FrameDraft[] = [];
  let pendingBytes = 0;
  let running: Promise<void> | undefined;
  let isClosed = false;
  // Ends what the pump waits for.
  let stopGathering: (() => void) | undefined;
  let stopHolding: (() => void) | undefined;

  const hasRoomFor = (draft: FrameDraft, size: number): boolean =>
    draft.contentBytes + size <= FRAME_TARGET_BYTES && draft.messageCount < MAX_FRAME_MESSAGES;

  const isFirstFull = (): boolean =>
    drafts.length > 1 || (drafts[0]?.contentBytes ?? 0) >= FRAME_TARGET_BYTES;

  const setPendingBytes = (bytes: number): void => {
    pendingBytes = bytes;
    for (const waiter of waiters) if (bytes <= waiter.belowBytes) waiter.resolve();
  };

  const sealFrame = async (draft: FrameDraft): Promise<SealedFrame> => {
    const root = merkleRoot(await hashLeaves(options.contextHash, draft.messages(), options.track));
    return { root, frame: draft.seal(await options.sign(frameStatement(root))) };
  };

  const sendFrame = async (draft: FrameDraft, sealed: Promise<SealedFrame>): Promise<void> => {
    const { root, frame } = await sealed;
    const packed = packer.pack(frame);
    if (lane.queuedBytes > LANE_HIGH_WATER_BYTES)
      await lane.drained({ belowBytes: LANE_HIGH_WATER_BYTES / 2 });
    if (isClosed) return;
    lane.send(packed);
    window?.sent(packed.length);
    setPendingBytes(pendingBytes - draft.contentBytes);
    options.onFrameSent({
      bytes: packed.length,
      root,
      firstNumber: draft.firstNumber,
      lastNumber: draft.lastNumber,
      messages: draft.messageCount,
    });
  };

  /** Signs the next frame while the one before is on its way to the lane. */
  const sendFrames = async (): Promise<void> => {
    let sending: Promise<void> = Promise.resolve();
    while (drafts.length > 0 && !isClosed && window?.isOpen !== false) {
      if (!isFirstFull() && !takeOne(budget)) break;
      const draft = drafts.shift() as FrameDraft;
      const sealed = sealFrame(draft);
      // It is awaited in a moment, whatever becomes of the one before.
      sealed.catch(() => undefined);
      await sending;
      sending = sendFrame(draft, sealed);
      sending.catch(() => undefined);
    }
    await sending;
  };

  /** Lets messages gather until a frame is full or its time has come. */
  const gather = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel: Cancel = clock.setTimer(GATHERING_MS, () => stopGathering?.());
      stopGathering = () => {
        stopGathering = undefined;
        cancel();
        resolve();
      };
    });

  const untilRoom = (): Promise<void> =>
    new Promise((resolve) => {
      stopHolding = () => {
        stopHolding = undefined;
        resolve();
      };
    });

  const pump = async (): Promise<void> => {
    // One turn of the microtask queue, so that all messages of the caller's task share a frame.
    await Promise.resolve();
    try {
      while (drafts.length > 0 && !isClosed) {
        await sendFrames();
        if (drafts.length === 0 || isClosed) break;
        if (window?.isOpen === false) await untilRoom();
        else await gather();
      }
    } catch (error) {
      close();
      options.onFailure(error);
    } finally {
      running = undefined;
    }
  };

  const close = (): void => {
    isClosed = true;
    drafts = [];
    pendingBytes = 0;
    stopGathering?.();
    stopHolding?.();
    for (const waiter of [...waiters]) waiter.reject(closedError());
  };

  const closedError = (): SwarmError =>
    new SwarmError("link-closed", { what: `The link closed while the ${lane.name} lane was draining.` });

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
          fix: "Send less, or wait for drained() before sending more.",
        });
      }
      let draft = drafts[drafts.length - 1];
      if (draft === undefined || !hasRoomFor(draft, size)) {
        draft = new FrameDraft(message.length);
        drafts.push(draft);
      }
      draft.add(message, number);
      pendingBytes += size;
      if (running === undefined) running = pump();
      else if (stopGathering !== undefined && isFirstFull()) stopGathering();
    },
    drained({ belowBytes, signal }) {
      if (isClosed) return Promise.reject(closedError());
      if (signal?.aborted) return Promise.reject(abortedError("Waiting for a peer's queue to drain", signal));
      if (pendingBytes <= belowBytes) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          waiters.delete(waiter);
          signal?.removeEventListener("abort", onAbort);
          finish();
        };
        const onAbort = (): void =>
          waiter.reject(abortedError("Waiting for a peer's queue to drain", signal));
        const waiter: Waiter = {
          belowBytes,
          resolve: () => settle(resolve),
          reject: (error) => settle(() => reject(error)),
        };
        waiters.add(waiter);
        signal?.addEventListener("abort", onAbort);
      });
    },
    windowMoved() {
      if (window?.isOpen !== false) stopHolding?.();
    },
    async flushed() {
      while (running !== undefined && !isClosed) await running;
    },
    close,
  };
}
