import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import { MAX_LANE_MESSAGE_BYTES } from "../transport/transport.js";
import { MAX_MESSAGE_BYTES, SIGNATURE_BYTES } from "./frameSizes.js";

/** First byte of everything on a lane. Never renumber. */
export const FrameKind = {
  hello: 1,
  welcome: 2,
  messages: 3,
  chunk: 4,
  credit: 5,
  packedMessages: 6,
} as const;

/** Most messages in one frame. */
export const MAX_FRAME_MESSAGES = 4096;
/** Bytes of a frame before its first message: kind, signature, message count. */
export const FRAME_HEADER_BYTES: number = 1 + SIGNATURE_BYTES + 2;
/** Bytes in front of each message: its length. */
export const MESSAGE_HEADER_BYTES = 4;

const FRAME_STATEMENT = utf8("peerswarm/1 frame\0");

/** Messages that share one signature over the Merkle root of their leaves. */
export interface MessageFrame {
  readonly signature: Bytes;
  readonly messages: readonly Bytes[];
}

/** What the sender of a frame signs. */
export function frameStatement(root: Uint8Array): Bytes {
  return concatBytes(FRAME_STATEMENT, root);
}

const FIRST_CAPACITY_BYTES = 1024;

/** A frame while messages gather in it; its bytes are already as they will be sent. */
export class FrameDraft {
  #bytes: Bytes;
  #length = FRAME_HEADER_BYTES;
  #firstNumber: number | undefined;
  #lastNumber = 0;
  readonly #messages: number[] = [];

  constructor(firstMessageBytes: number) {
    const needed = FRAME_HEADER_BYTES + MESSAGE_HEADER_BYTES + firstMessageBytes;
    this.#bytes = new Uint8Array(Math.max(FIRST_CAPACITY_BYTES, needed));
  }

  /** Bytes of the messages in it, with their headers. */
  get contentBytes(): number {
    return this.#length - FRAME_HEADER_BYTES;
  }

  get messageCount(): number {
    return this.#messages.length;
  }

  /** Numbers of the first and the last message, as in their ids. */
  get firstNumber(): number {
    return this.#firstNumber ?? 0;
  }

  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** Copies a message into it. */
  add(message: Uint8Array, number: number): void {
    this.#firstNumber ??= number;
    this.#lastNumber = number;
    const start = this.#length;
    const end = start + MESSAGE_HEADER_BYTES + message.length;
    if (end > this.#bytes.length) this.#grow(end);
    const bytes = this.#bytes;
    writeUint32(bytes, start, message.length);
    bytes.set(message, start + MESSAGE_HEADER_BYTES);
    this.#messages.push(start + MESSAGE_HEADER_BYTES);
    this.#length = end;
  }

  /** The messages in order, as views. */
  messages(): Bytes[] {
    return this.#messages.map((start, index) => {
      const next = this.#messages[index + 1];
      return this.#bytes.subarray(start, next === undefined ? this.#length : next - MESSAGE_HEADER_BYTES);
    });
  }

  /** The whole frame. Nothing can be added after it. */
  seal(signature: Uint8Array): Bytes {
    this.#bytes[0] = FrameKind.messages;
    this.#bytes.set(signature, 1);
    this.#bytes[1 + SIGNATURE_BYTES] = this.messageCount >>> 8;
    this.#bytes[2 + SIGNATURE_BYTES] = this.messageCount;
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export function encodeMessageFrame({ signature, messages }: MessageFrame): Bytes {
  const draft = new FrameDraft(messages[0]?.length ?? 0);
  for (const message of messages) draft.add(message, 0);
  return draft.seal(signature);
}

/** How many messages a frame says that it holds, unread; a frame that is none counts as one. */
export function claimedMessageCount(bytes: Bytes): number {
  if (bytes.length < FRAME_HEADER_BYTES) return 1;
  const high = bytes[1 + SIGNATURE_BYTES] as number;
  const low = bytes[2 + SIGNATURE_BYTES] as number;
  return Math.min(MAX_FRAME_MESSAGES, Math.max(1, high * 256 + low));
}

/** Reads a frame of messages; `undefined` unless every byte is accounted for. */
export function decodeMessageFrame(bytes: Bytes): MessageFrame | undefined {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.length > MAX_LANE_MESSAGE_BYTES) return undefined;
  if (bytes[0] !== FrameKind.messages) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(1 + SIGNATURE_BYTES);
  if (count === 0 || count > MAX_FRAME_MESSAGES) return undefined;
  const messages: Bytes[] = [];
  let offset = FRAME_HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    if (offset + MESSAGE_HEADER_BYTES > bytes.length) return undefined;
    const length = view.getUint32(offset);
    offset += MESSAGE_HEADER_BYTES;
    if (length === 0 || length > MAX_MESSAGE_BYTES || offset + length > bytes.length) return undefined;
    messages.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  if (offset !== bytes.length) return undefined;
  return { signature: bytes.slice(1, 1 + SIGNATURE_BYTES), messages };
}
