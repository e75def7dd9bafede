import type { BrowserContext } from "playwright";

/** What a page counted at its data channels by itself, beside the library. */
export interface Wiretap {
  readonly connections: readonly RTCPeerConnection[];
  /** Bytes of binary messages by their first byte, which is the kind of a frame. */
  readonly sent: Readonly<Record<number, number>>;
  readonly received: Readonly<Record<number, number>>;
  /** When and how much, of frames that statistics count. */
  readonly log: readonly { readonly timeMs: number; readonly isSent: boolean; readonly bytes: number }[];
}

declare global {
  interface Window {
    wiretap: Wiretap;
  }
}

/** Frames of messages, plain and packed, and parts of transfers: what statistics count. */
export const COUNTED_KINDS: readonly number[] = [3, 4, 6];
/** Hello, welcome, credit: what they leave out. */
export const UNCOUNTED_KINDS: readonly number[] = [1, 2, 5];

/** Puts a counter of the test's own below every data channel of the context's pages. */
export async function tapWires(context: BrowserContext): Promise<void> {
  await context.addInitScript((countedKinds) => {
    const sent: Record<number, number> = {};
    const received: Record<number, number> = {};
    const connections: RTCPeerConnection[] = [];
    const log: { timeMs: number; isSent: boolean; bytes: number }[] = [];
    window.wiretap = { connections, sent, received, log };
    const count = (isSent: boolean, bytes: Uint8Array): void => {
      const kind = bytes[0] ?? -1;
      const table = isSent ? sent : received;
      table[kind] = (table[kind] ?? 0) + bytes.length;
      if (countedKinds.includes(kind)) log.push({ timeMs: Date.now(), isSent, bytes: bytes.length });
    };
    const { createDataChannel } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.createDataChannel = function tapped(label, init) {
      if (!connections.includes(this)) connections.push(this);
      const channel = createDataChannel.call(this, label, init);
      const { send } = channel;
      channel.send = (data: never) => {
        if (typeof data !== "string") count(true, new Uint8Array(data as ArrayBufferLike));
        send.call(channel, data);
      };
      channel.addEventListener("message", ({ data }) => {
        if (data instanceof ArrayBuffer) count(false, new Uint8Array(data));
      });
      return channel;
    };
  }, COUNTED_KINDS);
}
