import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import { MAX_LANE_MESSAGE_BYTES } from "../transport/transport.js";

/** First byte of everything on a lane. Never renumber. */
export const FrameKind = { hello: 1, welcome: 2, messages: 3, chunk: 4 } as const;

/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;
/** Most messages in one frame. */
export const MAX_FRAME_MESSAGES = 4096;
/** Bytes of a frame before its first message: kind, signature, message count. */
export const FRAME_HEADER_BYTES: number = 1 + SIGNATURE_BYTES + 2;
/** Bytes in front of each message: its length. */
export const MESSAGE_HEADER_BYTES = 4;
/** Largest encoded message; bigger things travel as transfers. */
export const MAX_MESSAGE_BYTES: number = 192 * 1024;

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

export function encodeMessageFrame(frame: MessageFrame): Bytes {
  let length = FRAME_HEADER_BYTES;
  for (const message of frame.messages) length += MESSAGE_HEADER_BYTES + message.length;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[0] = FrameKind.messages;
  bytes.set(frame.signature, 1);
  view.setUint16(1 + SIGNATURE_BYTES, frame.messages.length);
  let offset = FRAME_HEADER_BYTES;
  for (const message of frame.messages) {
    view.setUint32(offset, message.length);
    bytes.set(message, offset + MESSAGE_HEADER_BYTES);
    offset += MESSAGE_HEADER_BYTES + message.length;
  }
  return bytes;
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
