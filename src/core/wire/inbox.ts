import type { Bytes } from "../bytes.js";
import type { VerifySignature } from "../identity/ed25519.js";
import { decodeMessageFrame, frameStatement, type MessageFrame } from "./frame.js";
import { hashLeaf, merkleProof, merkleRoot } from "./merkle.js";
import { decodeMessage, hashContext, type MessageContent, type MessageContext } from "./message.js";
import type { ReplayWindow } from "./replayWindow.js";
import type { SignedMessage } from "./signedMessage.js";
import type { TokenBucket } from "./tokenBucket.js";

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
  | "rate-exceeded"
  | "backlog-exceeded"
  | "malformed-chunk"
  | "bad-chunk"
  | "credit-exceeded";

/** Most unverified bytes that wait on one lane of a peer. */
export const MAX_INBOX_BYTES: number = 16 * 1024 * 1024;

/** A message whose signature, order and form were checked. */
export interface VerifiedMessage {
  readonly context: MessageContext;
  readonly content: MessageContent;
  /** Bytes of the encoded message, without its share of the frame. */
  readonly bytes: number;
  /** The message with its proof, for a third party. */
  signed(): SignedMessage;
}

export interface InboxOptions {
  readonly context: MessageContext;
  readonly verify: VerifySignature;
  readonly window: ReplayWindow;
  readonly messageRate: TokenBucket;
  readonly byteRate: TokenBucket;
  readonly deliver: (message: VerifiedMessage) => void;
  readonly onFrameReceived: (frameBytes: number) => void;
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
  const { context, onViolation, window } = options;
  const contextHash = hashContext(context);
  let waiting: Bytes[] = [];
  let waitingBytes = 0;
  let running: Promise<void> | undefined;
  let isClosed = false;

  const deliverMessage = (frame: MessageFrame, leaves: readonly Bytes[], index: number): void => {
    const message = frame.messages[index] as Bytes;
    const content = decodeMessage(message);
    if (content === undefined) return onViolation("malformed-message");
    const verdict = window.accept(content.sequence);
    if (verdict === "repeated") return onViolation("repeated-message");
    if (verdict === "stale") return onViolation("stale-message");
    if (verdict === "gap") options.onGap();
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
  };

  const process = async (bytes: Bytes): Promise<void> => {
    const frame = decodeMessageFrame(bytes);
    if (frame === undefined) return onViolation("malformed-frame");
    if (!options.messageRate.take(frame.messages.length)) return onViolation("rate-exceeded");
    const leaves = frame.messages.map((message) => hashLeaf(contextHash, message));
    const isGenuine = await options.verify(frame.signature, frameStatement(merkleRoot(leaves)));
    if (isClosed) return;
    if (!isGenuine) return onViolation("bad-signature");
    for (let index = 0; index < leaves.length && !isClosed; index++) deliverMessage(frame, leaves, index);
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0 && !isClosed) {
      const batch = waiting;
      waiting = [];
      for (const bytes of batch) {
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
      if (!options.byteRate.take(frame.length)) return onViolation("rate-exceeded");
      if (waitingBytes + frame.length > MAX_INBOX_BYTES) return onViolation("backlog-exceeded");
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
    },
  };
}
