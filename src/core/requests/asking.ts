import { settleWithin, shareSignal } from "../abort.js";
import type { Cancel } from "../clock.js";
import { SwarmError, toSwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import { assertPayloadFits, validateNow } from "../messages/definition.js";
import type { MessageInfo } from "../messages/router.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { assertPayload } from "../wire/payload.js";
import { assertRequestType, type RequestDefinition } from "./definition.js";
import {
  answerMessage,
  cancelMessage,
  MAX_OPEN_REQUESTS,
  MAX_REQUEST_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
  requestMessage,
  type WireAnswer,
  type WireFailure,
} from "./wire.js";

/** How long a request waits. */
export interface RequestOptions {
  /** Default 30,000, at most an hour. */
  readonly timeoutMs?: number;
  /** Gives the request up and tells the other side, whose handler's signal is aborted. */
  readonly signal?: AbortSignal;
}

/** `cause` of a `request-failed`: what the other side told of the error that its handler threw. A claim, as text. */
export interface RemoteFailure {
  readonly code: string | undefined;
  readonly text: string;
}

/** What became of a request to one of several peers. */
export type RequestOutcome<Output = unknown> =
  | { readonly peerId: PeerId; readonly status: "fulfilled"; readonly output: Output }
  | {
      readonly peerId: PeerId;
      /** `disconnected`: the peer was not there, or went before it answered. */
      readonly status: "rejected" | "timed-out" | "disconnected";
      readonly error: SwarmError;
    };

export type RequestTarget = string | RequestDefinition;

/** Asks peers and matches their answers. */
export interface Asking {
  request(peerId: PeerId, target: RequestTarget, payload: unknown, options: RequestOptions): Promise<unknown>;
  requestMany(
    peerIds: readonly PeerId[] | undefined,
    target: RequestTarget,
    payload: unknown,
    options: RequestOptions,
  ): Promise<readonly RequestOutcome[]>;
}

interface OpenRequest {
  readonly peerId: PeerId;
  readonly type: string;
  settle(answer: WireAnswer): void;
  fail(error: SwarmError): void;
}

export function startAsking(port: ProtocolPort): Asking {
  const open = new Map<number, OpenRequest>();
  const heardTypes = new Set<string>();
  let lastId = 0;

  // Answers of another peer, of another type, twice or too late change nothing.
  const receive = (type: string, answer: WireAnswer, { from }: MessageInfo): void => {
    const request = open.get(answer.id);
    const isOurs = request?.peerId === from.peerId && request.type === type;
    if (isOurs) return request.settle(answer);
    port.dropped(
      request === undefined && answer.id <= lastId ? "late-answer" : "foreign-answer",
      from.peerId,
    );
  };

  const hear = (type: string): void => {
    if (heardTypes.has(type)) return;
    heardTypes.add(type);
    port.on(answerMessage(type), (answer, info) => receive(type, answer, info));
  };

  const openTo = (peerId: PeerId): number => {
    let count = 0;
    for (const request of open.values()) if (request.peerId === peerId) count++;
    return count;
  };

  const begin = (
    peerId: PeerId,
    target: RequestTarget,
    payload: unknown,
    timeoutMs: number,
    resolve: (output: unknown) => void,
    reject: (error: unknown) => void,
  ): Cancel => {
    const type = typeOf(target);
    assertAskable(target, payload);
    if (port.self === undefined && !port.isArriving) throw notJoined();
    if (openTo(peerId) >= MAX_OPEN_REQUESTS) throw tooManyOpen(peerId);
    hear(type);
    const id = ++lastId;
    let isCancellable = true;
    const end = (finish: () => void): void => {
      isCancellable = false;
      finish();
    };
    open.set(id, {
      peerId,
      type,
      fail: (error) => end(() => reject(error)),
      settle: (answer) =>
        end(() => {
          try {
            resolve(outputOf(target, answer));
          } catch (error) {
            if ("output" in answer) port.dropped("invalid-payload", peerId);
            reject(error);
          }
        }),
    });
    const close = (): void => {
      open.delete(id);
      if (isCancellable) port.send(peerId, cancelMessage, { id });
    };
    try {
      const isSent = port.sendOrThrow(peerId, requestMessage(type), { id, timeoutMs, input: payload });
      if (!isSent) end(() => reject(peerGone(peerId)));
    } catch (error) {
      end(() => reject(error));
    }
    return close;
  };

  port.watch("left", ({ peerId }) => {
    for (const request of [...open.values()]) if (request.peerId === peerId) request.fail(peerGone(peerId));
  });

  const request: Asking["request"] = async (
    peerId,
    target,
    payload,
    { timeoutMs = REQUEST_TIMEOUT_MS, signal },
  ) => {
    assertTimeout(timeoutMs);
    const what = `The request "${typeOf(target)}"`;
    return settleWithin<unknown>(
      { clock: port.runtime.clock, timeoutMs, signal, what, onTimeout: () => timedOut(what, timeoutMs) },
      (resolve, reject) => {
        try {
          return begin(peerId, target, payload, timeoutMs, resolve, reject);
        } catch (error) {
          reject(error);
          return undefined;
        }
      },
    );
  };

  const outcomeOf = async (peerId: PeerId, answer: Promise<unknown>): Promise<RequestOutcome> => {
    try {
      return { peerId, status: "fulfilled", output: await answer };
    } catch (thrown) {
      const error = toSwarmError(thrown, "internal", "The request failed.");
      return { peerId, status: statusOf(error), error };
    }
  };

  return {
    request,
    async requestMany(peerIds, target, payload, { signal, ...options }) {
      assertAskable(target, payload);
      assertTimeout(options.timeoutMs ?? REQUEST_TIMEOUT_MS);
      const asked = new Set(peerIds ?? port.peers().map(({ peerId }) => peerId));
      const shared = shareSignal(signal);
      const ask = (peerId: PeerId): Promise<unknown> => {
        const own = shared.next();
        return request(peerId, target, payload, own === undefined ? options : { ...options, signal: own });
      };
      return Promise.all([...asked].map((peerId) => outcomeOf(peerId, ask(peerId)))).finally(shared.release);
    },
  };
}

function typeOf(target: RequestTarget): string {
  return typeof target === "string" ? target : target.type;
}

function assertAskable(target: RequestTarget, payload: unknown): void {
  assertRequestType(typeOf(target));
  if (typeof target !== "string") assertPayloadFits({ type: target.type, schema: target.input }, payload);
  if (payload !== undefined) assertPayload(payload);
}

function assertTimeout(timeoutMs: number): void {
  if (timeoutMs > 0 && timeoutMs <= MAX_REQUEST_TIMEOUT_MS) return;
  throw new SwarmError("invalid-option", {
    what: `timeoutMs is ${timeoutMs}.`,
    why: `A request waits for more than 0 and at most ${MAX_REQUEST_TIMEOUT_MS} milliseconds.`,
    fix: `Leave it out for ${REQUEST_TIMEOUT_MS}.`,
  });
}

function outputOf(target: RequestTarget, answer: WireAnswer): unknown {
  if ("failure" in answer) throw failureError(typeOf(target), answer.failure);
  if (typeof target === "string") return answer.output;
  const result = validateNow({ type: target.type, schema: target.output }, answer.output);
  if ("value" in result) return result.value;
  throw new SwarmError("invalid-payload", {
    what: `The peer's answer to "${target.type}" is not what the request's schema describes.`,
    fix: "Compare the releases of the app on both sides.",
  });
}

function failureError(type: string, { reason, code, text }: WireFailure): SwarmError {
  const failure: RemoteFailure = { code: code ?? undefined, text };
  return new SwarmError(reason, {
    what: `The peer did not answer the request "${type}".`,
    why: text,
    cause: failure,
  });
}

function statusOf({ code }: SwarmError): "rejected" | "timed-out" | "disconnected" {
  if (code === "request-timeout") return "timed-out";
  return code === "peer-gone" || code === "not-joined" ? "disconnected" : "rejected";
}

function notJoined(): SwarmError {
  return new SwarmError("not-joined", {
    what: "A request needs a swarm that has joined.",
    fix: "Wait for join().",
  });
}

function peerGone(peerId: PeerId): SwarmError {
  return new SwarmError("peer-gone", {
    what: `There is no link to ${peerId}, or it went before it answered.`,
    fix: "Ask another peer, or ask again when it is back.",
  });
}

function tooManyOpen(peerId: PeerId): SwarmError {
  return new SwarmError("queue-full", {
    what: `${MAX_OPEN_REQUESTS} requests to ${peerId} wait for an answer.`,
    why: "A peer that does not answer must not fill the memory.",
    fix: "Wait for answers before asking more.",
  });
}

function timedOut(what: string, timeoutMs: number): SwarmError {
  return new SwarmError("request-timeout", {
    what: `${what} was not answered within ${timeoutMs / 1000} s.`,
    fix: "Ask again, ask another peer, or give it more time with timeoutMs.",
  });
}
