import type { Bytes } from "../bytes.js";
import { LANE_NAMES, type LaneName } from "../transport/transport.js";
import { FrameKind } from "./frame.js";

/**
 * Bytes of frames that may be under way to a receiver that has not worked them off. A data channel has no way to
 * stop its sender, so that a slow receiver's memory would grow without end.
 */
export const CREDIT_WINDOW_BYTES: number = 384 * 1024;
/** A receiver tells what it has worked off every so many bytes. */
export const CREDIT_STEP_BYTES: number = CREDIT_WINDOW_BYTES / 4;

// Kind, lane, and what was worked off as an integer of eight bytes.
const CREDIT_FRAME_BYTES = 10;
const TWO_TO_32 = 0x1_0000_0000;

/** How much of what came on a lane of this link has been worked off, in bytes of frames since the link began. */
export interface Credit {
  readonly lane: LaneName;
  readonly workedOffBytes: number;
}

export function encodeCredit({ lane, workedOffBytes }: Credit): Bytes {
  const bytes = new Uint8Array(CREDIT_FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = FrameKind.credit;
  bytes[1] = LANE_NAMES.indexOf(lane);
  view.setUint32(2, Math.floor(workedOffBytes / TWO_TO_32));
  view.setUint32(6, workedOffBytes >>> 0);
  return bytes;
}

/** Reads a credit; `undefined` where the bytes are none. */
export function decodeCredit(bytes: Bytes): Credit | undefined {
  if (bytes.length !== CREDIT_FRAME_BYTES || bytes[0] !== FrameKind.credit) return undefined;
  const lane = LANE_NAMES[bytes[1] as number];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const workedOffBytes = view.getUint32(2) * TWO_TO_32 + view.getUint32(6);
  return lane === undefined || !Number.isSafeInteger(workedOffBytes) ? undefined : { lane, workedOffBytes };
}

/** What a sender still may send. */
export interface SendWindow {
  readonly isOpen: boolean;
  sent(bytes: number): void;
  /** The receiver's word; `false` where it cannot be true. */
  workedOff(totalBytes: number): boolean;
}

export function sendWindow(windowBytes: number = CREDIT_WINDOW_BYTES): SendWindow {
  let sentBytes = 0;
  let workedOffBytes = 0;
  return {
    get isOpen() {
      return sentBytes - workedOffBytes < windowBytes;
    },
    sent(bytes) {
      sentBytes += bytes;
    },
    workedOff(totalBytes) {
      if (totalBytes < workedOffBytes || totalBytes > sentBytes) return false;
      workedOffBytes = totalBytes;
      return true;
    },
  };
}
