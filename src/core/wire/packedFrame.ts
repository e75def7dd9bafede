import type { Bytes } from "../bytes.js";
import { MAX_LANE_MESSAGE_BYTES } from "../transport/transport.js";
import { FRAME_HEADER_BYTES, FrameKind } from "./frame.js";
import { MAX_PACKABLE_BYTES, packLz4, unpackLz4 } from "./lz4.js";

// Kind, signature and count stay as they are; behind them the length of what is packed.
const CLEAR_BYTES = FRAME_HEADER_BYTES;
const LENGTH_BYTES = 4;
const PACKED_HEADER_BYTES: number = CLEAR_BYTES + LENGTH_BYTES;

// Below this a frame is one packet of the network anyway.
const MIN_FRAME_BYTES = 1024;
// Packing pays where it saves at least an eighth.
const WORTHWHILE = 7 / 8;
// What does not pack will not pack in a moment either: so many frames are sent plainly at most before the next try.
const MAX_PLAIN_FRAMES = 64;

/** Packs frames for one lane, as long as that is worth it. */
export interface FramePacker {
  /** The frame, packed or as it was. The bytes hold until the next call. */
  pack(frame: Bytes): Bytes;
}

export function createFramePacker(): FramePacker {
  let buffer: Bytes = new Uint8Array(0);
  let plainLeft = 0;
  let plainNext = 1;

  return {
    pack(frame) {
      if (frame.length < MIN_FRAME_BYTES || frame.length > MAX_PACKABLE_BYTES) return frame;
      if (plainLeft-- > 0) return frame;
      const limit = Math.floor(frame.length * WORTHWHILE);
      if (buffer.length < limit) buffer = new Uint8Array(limit);
      const end = packLz4(frame.subarray(CLEAR_BYTES), buffer.subarray(0, limit), PACKED_HEADER_BYTES);
      if (end === undefined) {
        plainLeft = plainNext;
        plainNext = Math.min(plainNext * 2, MAX_PLAIN_FRAMES);
        return frame;
      }
      plainLeft = 0;
      plainNext = 1;
      buffer.set(frame.subarray(0, CLEAR_BYTES));
      buffer[0] = FrameKind.packedMessages;
      new DataView(buffer.buffer).setUint32(CLEAR_BYTES, frame.length - CLEAR_BYTES);
      return buffer.subarray(0, end);
    },
  };
}

/** How long a packed frame says that it is; `undefined` where it cannot be so long. */
function unpackedLength(packed: Bytes): number | undefined {
  if (packed.length <= PACKED_HEADER_BYTES) return undefined;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const length = CLEAR_BYTES + view.getUint32(CLEAR_BYTES);
  return length <= MAX_LANE_MESSAGE_BYTES ? length : undefined;
}

/** What a frame has to be paid for, unread: the bytes that it says it unpacks to, or its own. */
export function claimedBytes(frame: Bytes): number {
  if (frame[0] !== FrameKind.packedMessages) return frame.length;
  return Math.max(frame.length, unpackedLength(frame) ?? 0);
}

/** The frame as it was before it was packed; `undefined` where the bytes are none. */
export function unpackFrame(packed: Bytes): Bytes | undefined {
  const length = unpackedLength(packed);
  if (length === undefined) return undefined;
  const frame = unpackLz4(packed.subarray(PACKED_HEADER_BYTES), CLEAR_BYTES, length - CLEAR_BYTES);
  if (frame === undefined) return undefined;
  frame.set(packed.subarray(0, CLEAR_BYTES));
  frame[0] = FrameKind.messages;
  return frame;
}
