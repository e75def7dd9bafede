import type { Bytes } from "../bytes.js";
import type { Cancel, Clock } from "../clock.js";
import type { VerifySignature } from "../identity/ed25519.js";
import { claimedMessageCount, decodeMessageFrame, frameStatement, type MessageFrame } from "./frame.js";
import type { Intake } from "./intake.js";
import { hashLeaf, merkleProof, merkleRoot } from "./merkle.js";
import { decodeMessage, hashContext, type MessageContent, type MessageContext } from "./message.js";
import type { ReplayWindow } from "./replayWindow.js";
import type { SignedMessage } from "./signedMessage.js";

/**
 * Why something from a peer was dropped. Honest peers never cause `malformed-frame`, `bad-signature`,
 * `malformed-message`, `repeated-message`, `malformed-chunk`, `bad-chunk` or `credit-exceeded`.
 */
export type ViolationCode =
  | "malformed-frame"
  | "bad-signature"
  | "malformed-message"
  | "repeated-message"
  | "stale-message"
  | "backlog-exceeded"
  | "malformed-chunk"
  | "bad-chunk"
  | "credit-exceeded";

/** A message whose signature, order and form were checked. */
export interface VerifiedMessage {
  readonly context: MessageContext;
  readonly content: MessageContent;
  /** Bytes of the encoded message, without its share of the frame. */
  readonly bytes: number;
  /** The message with its proof, for a third party. */
  signed(): SignedMessage;
}

/** A frame whose signature holds, with what of it was delivered. */
export interface VerifiedFrame {
  readonly root: Bytes;
  readonly firstNumber: number;
  readonly lastNumber: number;
  /** Messages delivered: those that were dropped are counted as such. */
  readonly messages: number;
}

export interface InboxOptions {
  readonly context: MessageContext;
  readonly verify: VerifySignature;
  readonly window: ReplayWindow;
  readonly clock: Clock;
  readonly intake: Intake;
  readonly deliver: (message: VerifiedMessage) => void;
  readonly onFrameReceived: (frameBytes: number) => void;
  readonly onFrameVerified: (frame: VerifiedFrame) => void;
  readonly onViolation: (code: ViolationCode) => void;
  readonly onGap: () => void;
}

/** Turns frames of one lane into verified messages, in order of arrival. */
export interface Inbox {
  receive(frame: Bytes): void;
  /** Resolves when everything received so far has been verified and delivered, or dropped. */
  digested(): Promise<void>;
  close(): void;
}

export function createInbox(options: InboxOptions): Inbox {
  const { context, onViolation, window, intake } = options;
  const contextHash = hashContext(context);
  let waiting: Bytes[] = [];
  let waitingBytes = 0;
  let running: Promise<void> | undefined;
  let isClosed = false;
  let endPause: Cancel | undefined;

  const readMessage = (message: Bytes): MessageContent | undefined => {
    const content = decodeMessage(message);
    const verdict = content === undefined ? "malformed" : window.accept(content.sequence);
    if (verdict === "gap") options.onGap();
    if (verdict === "fresh" || verdict === "gap") return content;
    onViolation(`${verdict}-message`);
    return undefined;
  };

  /** The number of the message, where it was delivered. */
  const deliverMessage = (
    frame: MessageFrame,
    leaves: readonly Bytes[],
    index: number,
  ): number | undefined => {
    const message = frame.messages[index] as Bytes;
    const content = readMessage(message);
    if (content === undefined) return undefined;
    options.deliver({
      context,
      content,
      bytes: message.length,
      signed: () => ({
        context,
        message: message.slice(),
        proof: merkleProof(leaves, index),
        signature: frame.signature,
      }),
    });
    return content.number;
  };

  const process = async (bytes: Bytes): Promise<void> => {
    const frame = decodeMessageFrame(bytes);
    if (frame === undefined) return onViolation("malformed-frame");
    const leaves = frame.messages.map((message) => hashLeaf(contextHash, message));
    const root = merkleRoot(leaves);
    const isGenuine = await options.verify(frame.signature, frameStatement(root));
    if (isClosed) return;
    if (!isGenuine) return onViolation("bad-signature");
    let messages = 0;
    let firstNumber: number | undefined;
    let lastNumber = 0;
    for (let index = 0; index < leaves.length && !isClosed; index++) {
      const number = deliverMessage(frame, leaves, index);
      if (number === undefined) continue;
      firstNumber ??= number;
      lastNumber = number;
      messages++;
    }
    if (firstNumber !== undefined) options.onFrameVerified({ root, firstNumber, lastNumber, messages });
  };

  // A peer beyond its limits is taken at their rate.
  const pause = (waitMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = options.clock.setTimer(waitMs, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (waiting.length > 0 && !isClosed) {
      const batch = waiting;
      waiting = [];
      for (const bytes of batch) {
        for (let waitMs = intake.waitMs(); waitMs > 0 && !isClosed; waitMs = intake.waitMs())
          await pause(waitMs);
        intake.spend(bytes.length, claimedMessageCount(bytes));
        waitingBytes -= bytes.length;
        if (!isClosed) await process(bytes).catch(() => onViolation("bad-signature"));
      }
    }
    running = undefined;
  };

  return {
    receive(frame) {
      if (isClosed) return;
      options.onFrameReceived(frame.length);
      intake.arrived(frame.length, claimedMessageCount(frame));
      if (isClosed) return;
      if (waitingBytes + frame.length > intake.backlogBytes) return onViolation("backlog-exceeded");
      waiting.push(frame);
      waitingBytes += frame.length;
      running ??= run();
    },
    async digested() {
      while (running !== undefined && !isClosed) await running;
    },
    close() {
      isClosed = true;
      waiting = [];
      endPause?.();
    },
  };
}
