import { settleWithin } from "../abort.js";
import { SwarmError } from "../errors.js";
import type { PortSelf, ProtocolPort } from "./builtin.js";

/** As long as `join()` waits by default. */
const LIMIT_MS = 30_000;

/**
 * Who this swarm is: at once during a stay, and where a join is under way as soon as its stay has begun.
 * @param notJoined the error where neither is so
 * @throws SwarmError that, `left` where the join fails or is ended by leave(), `join-timeout`, `aborted`
 */
export async function whenPresent(
  port: ProtocolPort,
  notJoined: () => SwarmError,
  signal?: AbortSignal,
): Promise<PortSelf> {
  if (port.self !== undefined) return port.self;
  if (!port.isArriving) throw notJoined();
  const { clock } = port.runtime;
  const limits = { clock, timeoutMs: LIMIT_MS, signal, what: "Waiting for join()", onTimeout: notInTime };
  return settleWithin<PortSelf>(limits, (resolve, reject) => {
    const stops = [port.watch("began", resolve), port.watch("ended", () => reject(notArrived()))];
    return () => {
      for (const stop of stops) stop();
    };
  });
}

function notArrived(): SwarmError {
  return new SwarmError("left", {
    what: "This waited for a join that was under way, and did not come about.",
    why: "leave() was called, or the join failed: the error of join() and signaling.reason say why.",
    fix: "Do it again after the next join().",
  });
}

function notInTime(): SwarmError {
  return new SwarmError("join-timeout", {
    what: `This waited ${LIMIT_MS / 1000} s for the join that is under way.`,
    why: "The identity's key store or the network that the code comes from has not answered.",
    fix: "Do it again once join() has resolved.",
  });
}
