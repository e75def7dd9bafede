import type { Cancel } from "../clock.js";
import { SwarmError, textOf } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { describeIssue, validateNow } from "../messages/definition.js";
import type { MessageInfo } from "../messages/router.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { RequestTarget } from "./asking.js";
import { assertRequestType } from "./definition.js";
import {
  answerMessage,
  cancelMessage,
  MAX_FAILURE_CODE_LENGTH,
  MAX_FAILURE_TEXT_LENGTH,
  MAX_OPEN_REQUESTS,
  requestMessage,
  type WireFailure,
  type WireRequest,
} from "./wire.js";

/** What a handler learns of a request besides its payload. */
export interface RequestInfo {
  readonly type: string;
  readonly from: { readonly peerId: PeerId; readonly agentId: AgentId };
  /** Sender's clock, milliseconds since the epoch; advisory. */
  readonly sentAtMs: number;
  /** Aborted when the requester gives up, its time is over, or it goes; what the handler returns then is lost. */
  readonly signal: AbortSignal;
}

/**
 * Answers requests of one type. What it returns is the answer; what it throws reaches the requester as
 * `request-failed` with the error's `code` and the first 300 characters of its message, never the stack.
 */
export type RequestHandler<Payload = unknown, Answer = unknown> = (
  payload: Payload,
  info: RequestInfo,
) => Answer | Promise<Answer>;

/** Brings requests to the handlers of their type, and the answers back. */
export interface Answering {
  handle(target: RequestTarget, handler: RequestHandler<never>): Cancel;
}

/** What one peer has asked. */
interface Asker {
  lastId: number;
  readonly running: Map<number, AbortController>;
}

export function startAnswering(port: ProtocolPort): Answering {
  const handled = new Set<string>();
  const askers = new Map<PeerId, Asker>();

  const askerOf = (peerId: PeerId): Asker => {
    const existing = askers.get(peerId);
    if (existing !== undefined) return existing;
    const fresh: Asker = { lastId: 0, running: new Map() };
    askers.set(peerId, fresh);
    return fresh;
  };

  const refuse = (request: WireRequest, info: MessageInfo, failure: WireFailure): void =>
    void port.send(info.from.peerId, answerMessage(typeOf(info)), { id: request.id, failure });

  /** Whether a request is new and may be worked on; else it is counted, and answered where that is right. */
  const admit = (asker: Asker, request: WireRequest, info: MessageInfo): boolean => {
    const { peerId, agentId } = info.from;
    if (request.id <= asker.lastId) {
      port.dropped("repeated-request", peerId);
      return false;
    }
    asker.lastId = request.id;
    if (port.isMuted(agentId)) {
      port.dropped("muted", peerId);
      // What somebody hears who asks for a type that nobody handles: muting is not announced.
      refuse(request, info, nobodyHandles(typeOf(info)));
      return false;
    }
    if (asker.running.size < MAX_OPEN_REQUESTS) return true;
    port.dropped("requests-exceeded", peerId);
    refuse(request, info, failureOf("queue-full", `More than ${MAX_OPEN_REQUESTS} requests are open.`));
    return false;
  };

  const answer = async (
    target: RequestTarget,
    handler: RequestHandler,
    request: WireRequest,
    info: MessageInfo,
    signal: AbortSignal,
  ): Promise<void> => {
    const { peerId } = info.from;
    const type = typeOf(info);
    try {
      const { from, sentAtMs } = info;
      const payload = checkInput(target, request.input);
      const output = await handler(payload, { type, from, sentAtMs, signal });
      if (signal.aborted) return;
      checkOutput(target, output);
      port.sendOrThrow(peerId, answerMessage(type), { id: request.id, output });
    } catch (thrown) {
      if (signal.aborted) return;
      if (isRefusedInput(thrown)) port.dropped("invalid-payload", peerId);
      else if (!(thrown instanceof SwarmError && thrown.code === "request-failed"))
        port.handlerFailed(thrown, `The handler of the request "${type}"`);
      refuse(request, info, isRefusedInput(thrown) ? thrown.failure : thrownFailure(thrown));
    }
  };

  const work = async (
    target: RequestTarget,
    handler: RequestHandler,
    request: WireRequest,
    info: MessageInfo,
  ): Promise<void> => {
    const asker = askerOf(info.from.peerId);
    if (!admit(asker, request, info)) return;
    const controller = new AbortController();
    // A cancel can be lost with its link, so the requester's own time ends it here too.
    const stopTimer = port.runtime.clock.setTimer(request.timeoutMs, () =>
      controller.abort(endedError("request-timeout", "Its time is over.")),
    );
    controller.signal.addEventListener("abort", stopTimer);
    asker.running.set(request.id, controller);
    await answer(target, handler, request, info, controller.signal);
    // Only now is the place free: a handler that ignores its signal still costs.
    asker.running.delete(request.id);
    stopTimer();
  };

  port.on(requestMessage(""), (request, info) => {
    if (admit(askerOf(info.from.peerId), request, info)) refuse(request, info, nobodyHandles(typeOf(info)));
  });
  port.on(cancelMessage, ({ id }, { from }) =>
    askers.get(from.peerId)?.running.get(id)?.abort(endedError("aborted", "The requester gave it up.")),
  );
  port.watch("left", ({ peerId }) => {
    const asker = askers.get(peerId);
    askers.delete(peerId);
    for (const controller of asker?.running.values() ?? [])
      controller.abort(endedError("peer-gone", "The requester has gone."));
  });

  return {
    handle(target, handler) {
      const type = typeof target === "string" ? target : target.type;
      assertRequestType(type);
      if (handled.has(type)) throw alreadyHandled(type);
      handled.add(type);
      const stop = port.on(requestMessage(type), (request, info) => {
        void work(target, handler as RequestHandler, request, info);
      });
      let isHandled = true;
      return () => {
        if (isHandled) handled.delete(type);
        isHandled = false;
        stop();
      };
    },
  };
}

function typeOf({ type }: MessageInfo): string {
  return type.slice(requestMessage("").type.length);
}

function failureOf(reason: WireFailure["reason"], text: string, code: string | null = null): WireFailure {
  return {
    reason,
    code: code?.slice(0, MAX_FAILURE_CODE_LENGTH) ?? null,
    text: text.slice(0, MAX_FAILURE_TEXT_LENGTH),
  };
}

function thrownFailure(thrown: unknown): WireFailure {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return failureOf("request-failed", textOf(thrown), typeof code === "string" ? code : null);
}

function nobodyHandles(type: string): WireFailure {
  return failureOf("no-handler", `Nobody handles "${type}" there.`);
}

class RefusedInput {
  readonly failure: WireFailure;
  constructor(why: string) {
    this.failure = failureOf("invalid-payload", why);
  }
}

function isRefusedInput(thrown: unknown): thrown is RefusedInput {
  return thrown instanceof RefusedInput;
}

function checkInput(target: RequestTarget, input: unknown): unknown {
  if (typeof target === "string") return input;
  let result: ReturnType<typeof validateNow>;
  try {
    result = validateNow({ type: target.type, schema: target.input }, input);
  } catch {
    // A schema that throws on hostile input counts as one that refuses it.
    throw new RefusedInput("The schema of the request could not check it.");
  }
  if ("value" in result) return result.value;
  throw new RefusedInput(describeIssue(result.issues[0]));
}

// What is sent is what the handler returned; the requester's schema transforms it.
function checkOutput(target: RequestTarget, output: unknown): void {
  if (typeof target === "string") return;
  const result = validateNow({ type: target.type, schema: target.output }, output);
  if ("value" in result) return;
  throw new TypeError(`The answer is not what the schema describes. ${describeIssue(result.issues[0])}`);
}

function alreadyHandled(type: string): SwarmError {
  return new SwarmError("invalid-option", {
    what: `Requests of the type "${type}" have a handler already.`,
    why: "A request has one answer.",
    fix: "Stop the first one with what its handle() returned.",
  });
}

function endedError(code: "aborted" | "request-timeout" | "peer-gone", why: string): SwarmError {
  return new SwarmError(code, { what: "Nobody waits for this answer any more.", why });
}
