import type { Bytes } from "../../bytes.js";
import { abortedError, SwarmError } from "../../errors.js";
import { type Lane, type LaneName, MAX_LANE_MESSAGE_BYTES, MAX_LANE_QUEUED_BYTES } from "../transport.js";

// What a peer may send before anybody listens; the handshake needs a few hundred bytes.
const MAX_UNREAD_BYTES = MAX_LANE_QUEUED_BYTES;

interface Waiter {
  readonly belowBytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface PeerLaneEvents {
  /** Text on a lane: a word of the link itself, never a message. */
  text(text: string): void;
  violation(code: string): void;
}

/** A lane over one data channel. */
export interface PeerLane extends Lane {
  readonly channel: RTCDataChannel;
  /** The link is over: pending waits are rejected. */
  ended(): void;
}

export function createPeerLane(name: LaneName, channel: RTCDataChannel, events: PeerLaneEvents): PeerLane {
  channel.binaryType = "arraybuffer";
  const waiters = new Set<Waiter>();
  let listener: ((message: Bytes) => void) | undefined;
  let unread: Bytes[] = [];
  let unreadBytes = 0;
  let hasEnded = false;

  const closedError = (): SwarmError =>
    new SwarmError("link-closed", { what: `The ${name} lane is closed.` });

  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (hasEnded) return;
    if (typeof data === "string") return events.text(data);
    if (!(data instanceof ArrayBuffer) || data.byteLength > MAX_LANE_MESSAGE_BYTES) {
      return events.violation("malformed-frame");
    }
    const message = new Uint8Array(data);
    if (listener !== undefined) return listener(message);
    unreadBytes += message.length;
    if (unreadBytes > MAX_UNREAD_BYTES) return events.violation("backlog-exceeded");
    unread.push(message);
  });

  const setThreshold = (): void => {
    let threshold = 0;
    for (const waiter of waiters) threshold = Math.max(threshold, waiter.belowBytes);
    channel.bufferedAmountLowThreshold = threshold;
  };
  channel.addEventListener("bufferedamountlow", () => {
    for (const waiter of [...waiters]) if (channel.bufferedAmount <= waiter.belowBytes) waiter.resolve();
    setThreshold();
  });

  return {
    name,
    channel,
    get queuedBytes() {
      return hasEnded ? 0 : channel.bufferedAmount;
    },
    send(message) {
      if (hasEnded || channel.readyState !== "open") throw closedError();
      if (message.length > MAX_LANE_MESSAGE_BYTES) {
        throw new SwarmError("message-too-large", {
          what: `This message has ${message.length} bytes.`,
          why: `Browsers close a data channel above ${MAX_LANE_MESSAGE_BYTES} bytes.`,
          fix: "Split it.",
        });
      }
      if (channel.bufferedAmount + message.length > MAX_LANE_QUEUED_BYTES) {
        throw new SwarmError("queue-full", {
          what: `${channel.bufferedAmount} bytes are already queued on the ${name} lane.`,
          why: "The network takes them slower than they come.",
          fix: "Wait for drained() before sending more.",
        });
      }
      try {
        channel.send(message);
      } catch (cause) {
        throw new SwarmError("link-closed", { what: `The ${name} lane did not take a message.`, cause });
      }
    },
    drained({ belowBytes = 0, signal } = {}) {
      if (hasEnded || channel.readyState !== "open") return Promise.reject(closedError());
      if (signal?.aborted) return Promise.reject(abortedError("Waiting for a lane to drain", signal));
      if (channel.bufferedAmount <= belowBytes) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          waiters.delete(waiter);
          signal?.removeEventListener("abort", onAbort);
          finish();
        };
        const onAbort = (): void => settle(() => reject(abortedError("Waiting for a lane to drain", signal)));
        const waiter: Waiter = {
          belowBytes,
          resolve: () => settle(resolve),
          reject: (error) => settle(() => reject(error)),
        };
        waiters.add(waiter);
        setThreshold();
        signal?.addEventListener("abort", onAbort);
      });
    },
    receive(next) {
      listener = next;
      const waiting = unread;
      unread = [];
      unreadBytes = 0;
      for (const message of waiting) next(message);
    },
    ended() {
      hasEnded = true;
      unread = [];
      for (const waiter of [...waiters]) waiter.reject(closedError());
    },
  };
}
