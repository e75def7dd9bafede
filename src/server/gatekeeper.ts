import type { Cancel } from "../core/clock.js";
import type { ServerContext } from "./context.js";
import type { AuthorizationRequest, Authorize } from "./options.js";

/** What the gatekeeper decided; `reason` is meant for the client. */
export interface Verdict {
  readonly isAllowed: boolean;
  readonly reason?: string;
}

const MAX_REASON_LENGTH = 200;

/** Asks the application's `authorize`, and takes silence, failure and nonsense for a no. */
export class Gatekeeper {
  readonly #authorize: Authorize;
  readonly #context: ServerContext;
  readonly #waiting = new Set<Cancel>();

  constructor(authorize: Authorize, context: ServerContext) {
    this.#authorize = authorize;
    this.#context = context;
  }

  async ask(request: AuthorizationRequest): Promise<Verdict> {
    const { log, limits } = this.#context;
    const fields = { peerId: request.peerId, room: request.room, address: request.address };
    const timeout = this.#timeout(limits.authorizeTimeoutMs);
    try {
      const answer = await Promise.race([this.#answer(request), timeout.promise]);
      if (answer === "timed-out") log("error", "authorize-timed-out", fields);
      return toVerdict(answer);
    } catch (error) {
      // The text of the exception may hold secrets of the application: it is logged, never told.
      log("error", "authorize-failed", { ...fields, error });
      return { isAllowed: false, reason: "the check failed" };
    } finally {
      timeout.cancel();
    }
  }

  /** Ends every wait; what was being asked counts as refused. */
  close(): void {
    for (const cancel of [...this.#waiting]) cancel();
  }

  async #answer(request: AuthorizationRequest): Promise<unknown> {
    return this.#authorize(request);
  }

  #timeout(delayMs: number): { promise: Promise<"timed-out">; cancel: Cancel } {
    let cancel: Cancel = () => {};
    const promise = new Promise<"timed-out">((resolve) => {
      const cancelTimer = this.#context.clock.setTimer(delayMs, () => resolve("timed-out"));
      cancel = () => {
        cancelTimer();
        this.#waiting.delete(cancel);
        resolve("timed-out");
      };
    });
    this.#waiting.add(cancel);
    return { promise, cancel };
  }
}

function toVerdict(answer: unknown): Verdict {
  if (answer === true) return { isAllowed: true };
  if (answer === "timed-out") return { isAllowed: false, reason: "the check took too long" };
  if (typeof answer !== "object" || answer === null) return { isAllowed: false };
  const { allow, reason } = answer as { allow?: unknown; reason?: unknown };
  if (allow === true) return { isAllowed: true };
  if (typeof reason !== "string") return { isAllowed: false };
  return { isAllowed: false, reason: reason.slice(0, MAX_REASON_LENGTH) };
}
