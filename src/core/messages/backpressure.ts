import { settleWithin } from "../abort.js";
import type { Clock } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import { LANE_NAMES, type LaneName } from "../transport/transport.js";
import type { Session } from "../wire/session.js";
import type { MessageTargets } from "./messenger.js";

/** Default of {@link DrainOptions}' `timeoutMs`. */
export const DRAIN_TIMEOUT_MS = 30_000;

/** What to wait for, and how long. */
export interface DrainOptions {
  /** Default `control`, as for `send`. */
  readonly lane?: LaneName;
  /** Default 0: all of it is with the network. */
  readonly belowBytes?: number;
  /** Default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface BackpressureOptions {
  readonly clock: Clock;
  readonly targets: () => MessageTargets | undefined;
}

/** How much waits for a peer, and when it waits no longer. */
export interface Backpressure {
  queuedBytes(peerId: PeerId, lane: LaneName | undefined): number;
  drained(peerId: PeerId, options: DrainOptions): Promise<void>;
}

export function createBackpressure({ clock, targets }: BackpressureOptions): Backpressure {
  const openSession = (peerId: PeerId): Session | undefined => {
    const session = targets()?.session(peerId);
    return session?.link.state === "closed" ? undefined : session;
  };

  const untilDrained = async (
    peerId: PeerId,
    lane: LaneName,
    limits: { belowBytes: number; signal: AbortSignal },
  ): Promise<void> => {
    for (;;) {
      const session = openSession(peerId);
      if (session === undefined) {
        throw new SwarmError("link-closed", {
          what: `There is no open link to ${peerId}.`,
          why: "What still waited for it is lost.",
          fix: "Send again once the peer is back.",
        });
      }
      try {
        return await session.drained(lane, limits);
      } catch (error) {
        // A new link took the place of the one that closed: the peer's queue is the new link's.
        if (limits.signal.aborted || openSession(peerId) === session) throw error;
      }
    }
  };

  return {
    queuedBytes(peerId, lane) {
      const session = openSession(peerId);
      if (session === undefined) return 0;
      return lane === undefined ? session.queuedBytes : session.queuedBytesOn(lane);
    },
    async drained(peerId, { lane = "control", belowBytes = 0, timeoutMs = DRAIN_TIMEOUT_MS, signal }) {
      if (!LANE_NAMES.includes(lane) || !(belowBytes >= 0)) {
        throw new SwarmError("invalid-option", {
          what: `drained() knows no lane "${lane}" or cannot wait for ${belowBytes} bytes.`,
          fix: `Name one of ${LANE_NAMES.join(", ")} and a number of bytes from 0.`,
        });
      }
      const ended = new AbortController();
      await settleWithin<void>(
        {
          clock,
          timeoutMs,
          signal,
          what: `Waiting for the queue of ${peerId}`,
          onTimeout: () =>
            new SwarmError("drain-timeout", {
              what: `More than ${belowBytes} bytes still wait for ${peerId} on the ${lane} lane after ${timeoutMs / 1000} s.`,
              why: "It takes them slower than they come, or it is asleep or out of reach.",
              fix: "Send less, or wait longer.",
            }),
        },
        (resolve, reject) => {
          untilDrained(peerId, lane, { belowBytes, signal: ended.signal }).then(resolve, reject);
          return () => ended.abort();
        },
      );
    },
  };
}
