/**
 * Every code a {@link SwarmError} can carry. Codes are stable: match on them, never on the text.
 */
export type SwarmErrorCode =
  | "aborted"
  | "insecure-context"
  | "unsupported-platform"
  | "identity-not-exportable"
  | "identity-invalid"
  | "invalid-option"
  | "missing-provider"
  | "invalid-payload"
  | "payload-too-large"
  | "message-too-large"
  | "queue-full"
  | "drain-timeout"
  | "not-joined"
  | "left"
  | "join-timeout"
  | "signaling-unreachable"
  | "signaling-lost"
  | "signaling-rejected"
  | "unauthorized"
  | "room-full"
  | "id-taken"
  | "dial-timeout"
  | "dial-rejected"
  | "dial-superseded"
  | "peer-unavailable"
  | "connections-exhausted"
  | "link-closed"
  | "handshake-timeout"
  | "handshake-failed"
  | "protocol-version"
  | "protocol-error"
  | "room-mismatch"
  | "secret-mismatch"
  | "peer-refused"
  | "sealing-unavailable"
  | "sealing-failed"
  | "message-expired"
  | "message-unconfirmed"
  | "message-refused"
  | "transfer-refused"
  | "transfer-cancelled"
  | "transfer-timeout"
  | "transfer-failed"
  | "handler-failed"
  | "request-timeout"
  | "request-failed"
  | "no-handler"
  | "no-capable-peer"
  | "task-failed"
  | "task-refused"
  | "task-timeout"
  | "task-cancelled"
  | "lease-lost"
  | "peer-gone"
  | "shared-full"
  | "proposal-unknown"
  | "proposal-closed"
  | "not-eligible"
  | "knowledge-full"
  | "knowledge-unknown"
  | "knowledge-unavailable"
  | "knowledge-timeout"
  | "sandbox-timeout"
  | "sandbox-memory"
  | "sandbox-output"
  | "sandbox-error"
  | "sandbox-unavailable"
  | "storage-failed"
  | "internal";

/** How a {@link SwarmError} is made: what happened, why, and how to mend it. */
export interface SwarmErrorInit {
  readonly what: string;
  readonly why?: string;
  readonly fix?: string;
  readonly cause?: unknown;
}

/**
 * The one error class of peerswarm. `code` is stable, `message` says what, why and how to mend it,
 * `fix` holds the mend alone, for a panel.
 */
export class SwarmError extends Error {
  override readonly name = "SwarmError";
  readonly code: SwarmErrorCode;
  readonly fix: string | undefined;

  constructor(code: SwarmErrorCode, init: SwarmErrorInit) {
    const text = [init.what, init.why, init.fix].filter((part) => part !== undefined).join(" ");
    super(text, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.fix = init.fix;
  }
}

/** What a thrown thing says; anything can be thrown, also what cannot be turned into text. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "What was thrown has no text.";
  }
}

/** Wraps anything thrown into a {@link SwarmError}, keeping one that already is. */
export function toSwarmError(thrown: unknown, code: SwarmErrorCode, what: string): SwarmError {
  if (thrown instanceof SwarmError) return thrown;
  return new SwarmError(code, { what, why: textOf(thrown), cause: thrown });
}

/** The error of a call that its own `AbortSignal` ended. */
export function abortedError(what: string, signal?: AbortSignal): SwarmError {
  const reason: unknown = signal?.reason;
  if (reason instanceof SwarmError) return reason;
  return new SwarmError("aborted", { what: `${what} was aborted by its AbortSignal.`, cause: reason });
}
