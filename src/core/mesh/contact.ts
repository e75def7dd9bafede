import type { Cancel } from "../clock.js";
import type { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { Intake } from "../wire/intake.js";
import type { Restrainer } from "../wire/restraint.js";
import type { Session } from "../wire/session.js";

/** An attempt to get a proven link, from the first offer to the end of the handshake. */
export interface Attempt {
  readonly direction: "outgoing" | "incoming";
  readonly controller: AbortController;
  /** Whether the link is open and only the handshake is left. */
  isLinkOpen: boolean;
}

/** What the mesh knows of one PeerId, proven or not. */
export interface Contact {
  readonly peerId: PeerId;
  isListed: boolean;
  /** When the room began to list it. */
  listedAtMs: number;
  /** Attempts since the last success. */
  attempts: number;
  lastError: SwarmError | undefined;
  outgoing: Attempt | undefined;
  incoming: Attempt | undefined;
  /** Ends the wait before the next dial. */
  cancelPlan: Cancel | undefined;
  proven: ProvenContact | undefined;
}

/** What a peer may send, and how it is held back; it outlives a link, not the peer. */
export interface Allowance {
  readonly intake: Intake;
  readonly restrainer: Restrainer;
}

/** The part of a contact that exists once the peer is proven. */
export interface ProvenContact {
  session: Session;
  readonly allowance: Allowance;
  stopWatching: Cancel;
  state: "connected" | "unreachable" | "asleep";
  lastHeardMs: number;
  /** When the heartbeat that nobody has answered yet was sent. */
  probedAtMs: number | undefined;
  nextProbeAtMs: number;
  /** Since when the link has not been open. */
  interruptedAtMs: number | undefined;
  /** Restarts had their time: a new connection may take the link's place. */
  isGivenUp: boolean;
  /** It goes as soon as what it sent before is delivered. */
  isParting: boolean;
  /** Weighs offences; see the mesh's limits. */
  strikes: number;
}

export function createContact(peerId: PeerId): Contact {
  return {
    peerId,
    isListed: false,
    listedAtMs: 0,
    attempts: 0,
    lastError: undefined,
    outgoing: undefined,
    incoming: undefined,
    cancelPlan: undefined,
    proven: undefined,
  };
}

export function isAttempting(contact: Contact): boolean {
  return contact.outgoing !== undefined || contact.incoming !== undefined;
}
