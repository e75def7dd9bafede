import type { Clock } from "../clock.js";
import { type TokenBucket, tokenBucket } from "./tokenBucket.js";

/** What one peer may send us. Who goes beyond it is slowed, then muted, then dropped. */
export interface PeerLimits {
  /** Default 400,000. A message of a type that nobody handles here counts as ten. */
  readonly messagesPerSecond: number;
  /** Default 128 MiB. */
  readonly bytesPerSecond: number;
  /** Most unverified bytes that wait on one lane; what comes beyond them is lost. Default 16 MiB. */
  readonly backlogBytes: number;
}

/** What one peer may send where `limits` says nothing: 400,000 messages/s, 128 MiB/s, 16 MiB waiting per lane. */
export const DEFAULT_PEER_LIMITS: PeerLimits = {
  // Twice what a browser can verify on one core: only memory and hostility get here.
  messagesPerSecond: 400_000,
  bytesPerSecond: 128 * 1024 * 1024,
  backlogBytes: 16 * 1024 * 1024,
};

/** Which limit a peer went beyond. */
export type ExcessReason = "message-rate" | "byte-rate" | "backlog" | "unknown-types";

const WINDOW_MS = 1000;

/** What one peer may send, over all its lanes and links: notices an excess, and says when its next frame is due. */
export interface Intake {
  readonly backlogBytes: number;
  /** A frame has come. */
  arrived(bytes: number, messages: number): void;
  /** Counts messages of the peer a second time, for what they cost beyond their number. */
  surcharge(messages: number, reason: ExcessReason): void;
  /** How long its next frame has to wait for its turn, in milliseconds; 0 within the limits. */
  waitMs(): number;
  /** A frame is being processed. */
  spend(bytes: number, messages: number): void;
}

/** Calls `onExcess` whenever more has come within one second than the limits allow for one. */
export function createIntake(
  clock: Clock,
  limits: PeerLimits,
  onExcess: (reason: ExcessReason) => void,
): Intake {
  const messageRate: TokenBucket = tokenBucket(clock, limits.messagesPerSecond);
  const byteRate: TokenBucket = tokenBucket(clock, limits.bytesPerSecond);
  let windowEndsMs = -Infinity;
  let messagesInWindow = 0;
  let bytesInWindow = 0;

  const turnWindow = (): void => {
    const nowMs = clock.now();
    // A clock that was set back begins a new window too.
    if (nowMs < windowEndsMs && nowMs >= windowEndsMs - WINDOW_MS) return;
    windowEndsMs = nowMs + WINDOW_MS;
    messagesInWindow = 0;
    bytesInWindow = 0;
  };

  return {
    backlogBytes: limits.backlogBytes,
    arrived(bytes, messages) {
      turnWindow();
      messagesInWindow += messages;
      bytesInWindow += bytes;
      if (messagesInWindow > limits.messagesPerSecond) onExcess("message-rate");
      if (bytesInWindow > limits.bytesPerSecond) onExcess("byte-rate");
    },
    surcharge(messages, reason) {
      messageRate.spend(messages);
      // It is known only once a message is processed, and that is paced: what shows is that nothing is left.
      if (messageRate.waitMs() > 0) onExcess(reason);
    },
    waitMs: () => Math.max(messageRate.waitMs(), byteRate.waitMs()),
    spend(bytes, messages) {
      messageRate.spend(messages);
      byteRate.spend(bytes);
    },
  };
}
