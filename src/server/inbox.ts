import { type ClientMessage, decodeClientMessage } from "./clientMessages.js";
import type { Connection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { Dispatcher } from "./dispatcher.js";
import { badMessage, messageTooLarge, rateLimited } from "./problems.js";
import type { WireProblem } from "./wire.js";

/** Frames up to this many times `maxMessageBytes` are refused with an explanation, longer ones by closing. */
export const EXPLAINED_OVERSIZE = 4;

/** A message is one unit of the rate limit for every so many bytes that it begins. */
const BYTES_PER_UNIT = 4096;

/** Messages that may wait while the application decides about an earlier one of the same client. */
const MAX_WAITING = 256;

/** Takes one client's frames, in order, and lets through those that keep the rules. */
export class Inbox {
  readonly #connection: Connection;
  readonly #dispatcher: Dispatcher;
  readonly #context: ServerContext;
  readonly #waiting: { readonly message: ClientMessage; readonly sizeBytes: number }[] = [];
  #waitingBytes = 0;
  #isBusy = false;

  constructor(connection: Connection, dispatcher: Dispatcher, context: ServerContext) {
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.#context = context;
  }

  /** One frame, as `ws` delivers it. Never throws. */
  receive(frame: Buffer, isBinary: boolean): void {
    if (this.#connection.isEnded) return;
    this.#connection.heard();
    this.#context.counters.messagesReceived += 1;
    this.#context.counters.bytesReceived += frame.length;
    const problem = this.#frameProblem(frame, isBinary);
    if (problem !== undefined) {
      this.#connection.offend(problem);
      return;
    }
    const decoded = decodeClientMessage(frame.toString());
    if (decoded.ok) this.#accept(decoded.message, frame.length);
    else this.#connection.offend(badMessage(decoded.problem));
  }

  /** What can be said against a frame without looking into it. */
  #frameProblem(frame: Buffer, isBinary: boolean): WireProblem | undefined {
    const { maxMessageBytes, messagesPerSecond } = this.#context.limits;
    const cost = Math.max(1, Math.ceil(frame.length / BYTES_PER_UNIT));
    if (!this.#connection.mayAct(cost)) return rateLimited(messagesPerSecond);
    if (isBinary) return badMessage("binary frames have no meaning here");
    if (frame.length > maxMessageBytes) return messageTooLarge(frame.length, maxMessageBytes);
    return undefined;
  }

  #accept(message: ClientMessage, sizeBytes: number): void {
    if (!this.#isBusy) {
      const pending = this.#dispatch(message);
      if (pending !== undefined) void this.#drainAfter(pending);
    } else if (
      this.#waiting.length < MAX_WAITING &&
      this.#waitingBytes + sizeBytes <= this.#context.limits.maxQueuedBytes
    ) {
      this.#waiting.push({ message, sizeBytes });
      this.#waitingBytes += sizeBytes;
    } else {
      this.#connection.offend(rateLimited(this.#context.limits.messagesPerSecond));
    }
  }

  /** Handles what came in meanwhile once the application has answered, in the order in which it came. */
  async #drainAfter(pending: Promise<void>): Promise<void> {
    this.#isBusy = true;
    await pending;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#waitingBytes -= next.sizeBytes;
      if (!this.#connection.isEnded) await this.#dispatch(next.message);
    }
    this.#isBusy = false;
  }

  #dispatch(message: ClientMessage): Promise<void> | undefined {
    try {
      return this.#dispatcher.dispatch(this.#connection, message)?.catch(this.#onFailure);
    } catch (error) {
      this.#onFailure(error);
      return undefined;
    }
  }

  /** A mistake of ours: the client is told, the server lives on. */
  readonly #onFailure = (error: unknown): void => {
    this.#context.counters.internalErrors += 1;
    this.#context.log("error", "message-failed", { ...this.#connection.describe(), error });
    this.#connection.tell({ code: "internal", message: "The server failed at this message. Try it again." });
  };
}
