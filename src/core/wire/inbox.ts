import type { Bytes } from "../bytes.js";
import type { Cancel, Clock } from "../clock.js";
import type { VerifySignature } from "../identity/ed25519.js";
import type { Runtime } from "../runtime.js";
import {
  claimedMessageCount,
  decodeMessageFrame,
  FrameKind,
  frameStatement,
  type MessageFrame,
} from "./frame.js";
import type { Intake } from "./intake.js";
import { hashLeaves, merkleProof, merkleRoot } from "./merkle.js";
import type { MessageContent, MessageContext } from "./message.js";
import { decodeMessage, hashContext } from "./messageBytes.js";
import type { Pacer } from "./pacer.js";
import { claimedBytes, unpackFrame } from "./packedFrame.js";
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
  /** When its frame was taken up, by this side's clock. */
  readonly receivedAtMs: number;
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
  readonly track: Runtime["track"];
  readonly window: ReplayWindow;
  readonly clock: Clock;
  readonly intake: Intake;
  readonly pacer: Pacer;
  readonly deliver: (message: VerifiedMessage) => void;
  readonly onFrameReceived: (frameBytes: number) => void;
  /** A frame was delivered or dropped: it takes no more memory. */
  readonly onWorkedOff: (frameBytes: number) => void;
  readonly onFrameVerified: (frame: VerifiedFrame) => void;
  readonly onViolation: (code: ViolationCode) => void;
  readonly onGap: () => void;
}

// How often to look at the clock: a look costs a tenth of a message.
const MESSAGES_BETWEEN_LOOKS = 16;

/** Turns frames of one lane into verified messages, in order of arrival. */
export interface Inbox {
  receive(frame: Bytes): void;
  /** Resolves when everything received so far has been verified and delivered, or dropped. */
  digested(): Promise<void>;
  close(): void;
}

interface CheckedFrame {
  readonly frame: MessageFrame;
  readonly leaves: readonly Bytes[];
  readonly root: Bytes;
}

interface FrameInWork {
  readonly bytes: Bytes;
  readonly checked: Promise<CheckedFrame | ViolationCode>;
}

export function createInbox(options: InboxOptions): Inbox {
  const { context, onViolation, window, intake, pacer } = options;
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
    { frame, leaves }: CheckedFrame,
    index: number,
    receivedAtMs: number,
  ): number | undefined => {
    const message = frame.messages[index] as Bytes;
    const content = readMessage(message);
    if (content === undefined) return undefined;
    options.deliver({
      context,
      content,
      bytes: message.length,
      receivedAtMs,
      signed: () => ({
        context,
        message: message.slice(),
        proof: merkleProof(leaves, index),
        signature: frame.signature,
      }),
    });
    return content.number;
  };

  const check = async (bytes: Bytes): Promise<CheckedFrame | ViolationCode> => {
    const plain = bytes[0] === FrameKind.packedMessages ? unpackFrame(bytes) : bytes;
    const frame = plain === undefined ? undefined : decodeMessageFrame(plain);
    if (frame === undefined) return "malformed-frame";
    const leaves = await hashLeaves(contextHash, frame.messages, options.track);
    const root = merkleRoot(leaves);
    const isGenuine = await options.verify(frame.signature, frameStatement(root));
    return isGenuine ? { frame, leaves, root } : "bad-signature";
  };

  const deliver = async (checked: CheckedFrame): Promise<void> => {
    const receivedAtMs = options.clock.now();
    let messages = 0;
    let firstNumber: number | undefined;
    let lastNumber = 0;
    for (let index = 0; index < checked.leaves.length && !isClosed; index++) {
      const number = deliverMessage(checked, index, receivedAtMs);
      if (index % MESSAGES_BETWEEN_LOOKS === 0 && pacer.isDue) await pacer.pause();
      if (number === undefined) continue;
      firstNumber ??= number;
      lastNumber = number;
      messages++;
    }
    if (firstNumber === undefined) return;
    options.onFrameVerified({ root: checked.root, firstNumber, lastNumber, messages });
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

  const begin = (): FrameInWork | undefined => {
    const bytes = waiting.shift();
    if (bytes === undefined || isClosed) return undefined;
    waitingBytes -= bytes.length;
    intake.spend(claimedBytes(bytes), claimedMessageCount(bytes));
    return { bytes, checked: check(bytes).catch(() => "bad-signature") };
  };

  const beginInTurn = async (): Promise<FrameInWork | undefined> => {
    for (let waitMs = intake.waitMs(); waitMs > 0 && !isClosed; waitMs = intake.waitMs()) await pause(waitMs);
    return begin();
  };

  const finish = async ({ bytes }: FrameInWork, result: CheckedFrame | ViolationCode): Promise<void> => {
    if (typeof result === "string") onViolation(result);
    else await deliver(result);
    options.onWorkedOff(bytes.length);
    if (pacer.isDue) await pacer.pause();
  };

  const run = async (): Promise<void> => {
    pacer.enter();
    let current = await beginInTurn();
    while (current !== undefined && !isClosed) {
      const result = await current.checked;
      // The platform checks a signature beside this thread: the next frame's, while this one is delivered.
      const next: FrameInWork | undefined = intake.waitMs() === 0 ? begin() : undefined;
      if (!isClosed) await finish(current, result);
      current = next ?? (await beginInTurn());
    }
    running = undefined;
    pacer.exit();
  };

  return {
    receive(frame) {
      if (isClosed) return;
      options.onFrameReceived(frame.length);
      intake.arrived(claimedBytes(frame), claimedMessageCount(frame));
      if (isClosed) return;
      if (waitingBytes + frame.length > intake.backlogBytes) {
        onViolation("backlog-exceeded");
        return options.onWorkedOff(frame.length);
      }
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
