import { settleWithin } from "../abort.js";
import type { Cancel } from "../clock.js";
import { abortedError, SwarmError, type SwarmErrorCode, toSwarmError } from "../errors.js";
import type { Runtime } from "../runtime.js";
import type { SignalingSnapshot, SwarmStatus } from "../store/snapshot.js";
import type { TransportRoom } from "../transport/transport.js";
import { type Backoff, backoffDelayMs } from "./backoff.js";

/** Longest that one try to reach the signalling server may take. */
export const CONNECT_TIMEOUT_MS = 12_000;

// Trying again cannot help with these until somebody changes something.
const FATAL_CODES: ReadonlySet<SwarmErrorCode> = new Set([
  "insecure-context",
  "unsupported-platform",
  "unauthorized",
  "signaling-rejected",
  "room-full",
  "invalid-option",
]);

export interface MembershipOptions {
  readonly room: TransportRoom;
  readonly runtime: Runtime;
  readonly retry: Backoff;
  readonly report: (status: SwarmStatus, signaling: Partial<SignalingSnapshot>) => void;
  /** Signalling works (again): whoever waited for it can go on. */
  readonly onConnected: () => void;
  /** The first entry failed for a reason that retrying cannot mend. */
  readonly onFatal: (error: SwarmError) => void;
}

/** Keeps us in the room: connects, and connects again whenever signalling is lost, until it is ended. */
export interface Membership {
  readonly isConnected: boolean;
  /** Resolves when the room has been entered for the first time; rejects on a fatal error, or by time or signal. */
  entered(options: { timeoutMs: number; signal: AbortSignal | undefined }): Promise<void>;
  /** The transport lost signalling. */
  lost(error: SwarmError): void;
  /** Tries at once instead of at the next planned time. */
  retryNow(): void;
  end(error: SwarmError): void;
}

export function startMembership(options: MembershipOptions): Membership {
  const { room, runtime, retry, report } = options;
  const stopped = new AbortController();
  let isConnected = false;
  let hasEntered = false;
  let failedTries = 0;
  let cancelRetry: Cancel | undefined;
  let fatal: SwarmError | undefined;
  const waiters = new Set<{ resolve: () => void; reject: (error: SwarmError) => void }>();

  const attempt = async (): Promise<void> => {
    cancelRetry = undefined;
    report(hasEntered ? "reconnecting" : "joining", { nextTryAtMs: undefined });
    try {
      await connectOnce();
      if (!stopped.signal.aborted) succeed();
    } catch (thrown) {
      const error = toSwarmError(
        thrown,
        "signaling-unreachable",
        "The signalling server could not be reached.",
      );
      if (stopped.signal.aborted) return;
      if (!hasEntered && FATAL_CODES.has(error.code)) fail(error);
      else planRetry(error);
    }
  };

  const connectOnce = (): Promise<void> => {
    const given = new AbortController();
    return settleWithin<void>(
      {
        clock: runtime.clock,
        timeoutMs: CONNECT_TIMEOUT_MS,
        signal: stopped.signal,
        what: "Connecting to the signalling server",
        onTimeout: () =>
          new SwarmError("signaling-unreachable", {
            what: `${room.server} did not answer within ${CONNECT_TIMEOUT_MS / 1000} s.`,
            why: "The server is down, the address is wrong, or something on the way blocks WebSockets.",
            fix: "Check the address, and that the server runs (npx peerswarm-server).",
          }),
      },
      (resolve, reject) => {
        room.connect({ signal: given.signal }).then(resolve, reject);
        return () => given.abort();
      },
    );
  };

  const succeed = (): void => {
    isConnected = true;
    hasEntered = true;
    failedTries = 0;
    report("joined", {
      isConnected: true,
      reason: undefined,
      nextTryAtMs: undefined,
      failedTries: 0,
      connectedAtMs: runtime.clock.now(),
      notice: undefined,
    });
    for (const waiter of [...waiters]) waiter.resolve();
    options.onConnected();
  };

  const planRetry = (error: SwarmError): void => {
    failedTries++;
    const delayMs = backoffDelayMs(retry, failedTries, runtime.random);
    report(hasEntered ? "reconnecting" : "joining", {
      isConnected: false,
      reason: error,
      nextTryAtMs: runtime.clock.now() + delayMs,
      failedTries,
      connectedAtMs: undefined,
    });
    cancelRetry = runtime.clock.setTimer(delayMs, () => void attempt());
  };

  const fail = (error: SwarmError): void => {
    fatal = error;
    for (const waiter of [...waiters]) waiter.reject(error);
    options.onFatal(error);
  };

  void attempt();

  return {
    get isConnected() {
      return isConnected;
    },
    entered: ({ timeoutMs, signal }) =>
      settleWithin<void>(
        {
          clock: runtime.clock,
          timeoutMs,
          signal,
          what: "Joining the room",
          onTimeout: () =>
            new SwarmError("join-timeout", {
              what: `The room could not be entered within ${Number((timeoutMs / 1000).toFixed(1))} s; the swarm goes on trying.`,
              why: `${room.server} has not answered yet.`,
              fix: "Start the signalling server, or correct its address; leave() stops the tries.",
            }),
        },
        (resolve, reject) => {
          if (hasEntered) return void resolve();
          if (fatal !== undefined) return void reject(fatal);
          const waiter = { resolve: () => resolve(), reject };
          waiters.add(waiter);
          return () => void waiters.delete(waiter);
        },
      ),
    lost(error) {
      if (!isConnected || stopped.signal.aborted) return;
      isConnected = false;
      planRetry(error);
    },
    retryNow() {
      if (cancelRetry === undefined) return room.check();
      cancelRetry();
      void attempt();
    },
    end(error) {
      isConnected = false;
      cancelRetry?.();
      cancelRetry = undefined;
      stopped.abort(error);
      for (const waiter of [...waiters]) waiter.reject(abortedError("Joining the room", stopped.signal));
    },
  };
}
