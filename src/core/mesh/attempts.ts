import { settleWithin } from "../abort.js";
import { SwarmError, type SwarmErrorCode, toSwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import type { Link, LinkCloseReason } from "../transport/transport.js";
import type { ProvenPeer } from "../wire/handshake.js";
import type { Attempt, Contact } from "./contact.js";

/** Longest that opening a link may take; ICE alone needs up to 10 s on a bad network. */
export const DIAL_TIMEOUT_MS = 12_000;

export interface AttemptsOptions {
  readonly runtime: Runtime;
  /** The handshake over a link that has just opened. */
  readonly prove: (link: Link, signal: AbortSignal) => Promise<ProvenPeer>;
  readonly onStarted: (contact: Contact) => void;
  /** The link is open and its peer proven: from here on it is the callback's. */
  readonly onProven: (contact: Contact, link: Link, peer: ProvenPeer) => void;
  readonly onFailed: (contact: Contact, error: SwarmError) => void;
}

/** Opens a link and has its peer proven, within time; nothing of a failed attempt is left behind. */
export type RunAttempt = (
  contact: Contact,
  direction: Attempt["direction"],
  open: (signal: AbortSignal) => Promise<Link>,
) => Promise<void>;

export function createAttempts(options: AttemptsOptions): RunAttempt {
  return async (contact, direction, open) => {
    const attempt: Attempt = { direction, controller: new AbortController(), isLinkOpen: false };
    contact[direction] = attempt;
    contact.attempts++;
    options.onStarted(contact);
    let link: Link | undefined;
    try {
      link = await openInTime(contact.peerId, attempt.controller.signal, options.runtime, open);
      attempt.isLinkOpen = true;
      const peer = await options.prove(link, attempt.controller.signal);
      if (link.state === "closed") throw closedTooEarly(contact.peerId);
      end(contact, attempt);
      options.onProven(contact, link, peer);
    } catch (thrown) {
      const error = toSwarmError(thrown, "internal", `Connecting to ${contact.peerId} failed.`);
      link?.close(closeReasonOf(error));
      end(contact, attempt);
      options.onFailed(contact, error);
    }
  };
}

// A later attempt in the same direction may have taken the place of this one.
function end(contact: Contact, attempt: Attempt): void {
  if (contact[attempt.direction] === attempt) contact[attempt.direction] = undefined;
}

function openInTime(
  peerId: PeerId,
  signal: AbortSignal,
  { clock }: Runtime,
  open: (signal: AbortSignal) => Promise<Link>,
): Promise<Link> {
  const given = new AbortController();
  let isOver = false;
  return settleWithin<Link>(
    {
      clock,
      timeoutMs: DIAL_TIMEOUT_MS,
      signal,
      what: `The dial to ${peerId}`,
      onTimeout: () =>
        new SwarmError("dial-timeout", {
          what: `No link to ${peerId} within ${DIAL_TIMEOUT_MS / 1000} s.`,
          why: "The peer does not answer, or no network path was found (ICE).",
          fix: "If it goes on, add a TURN server to iceServers: one of the two networks may block direct paths.",
        }),
    },
    (resolve, reject) => {
      open(given.signal).then((link) => (isOver ? link.close("superseded") : resolve(link)), reject);
      return () => {
        isOver = true;
        given.abort();
      };
    },
  );
}

const CLOSE_REASONS: Readonly<Partial<Record<SwarmErrorCode, LinkCloseReason>>> = {
  aborted: "superseded",
  "peer-refused": "refused",
  "handshake-failed": "protocol-error",
  "protocol-error": "protocol-error",
  "protocol-version": "protocol-error",
  "room-mismatch": "protocol-error",
  "secret-mismatch": "refused",
};

function closeReasonOf(error: SwarmError): LinkCloseReason {
  return CLOSE_REASONS[error.code] ?? "timed-out";
}

function closedTooEarly(peerId: PeerId): SwarmError {
  return new SwarmError("link-closed", { what: `The link to ${peerId} closed right after the handshake.` });
}
