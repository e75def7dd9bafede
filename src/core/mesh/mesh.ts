import { settleWithin } from "../abort.js";
import type { Cancel } from "../clock.js";
import { SwarmError, toSwarmError } from "../errors.js";
import type { Identity } from "../identity/identity.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import type { ConnectingPeer, PeerGoneReason, PeerState } from "../store/snapshot.js";
import type { IncomingDial, LaneName, Link, LinkCloseReason, TransportRoom } from "../transport/transport.js";
import { handshake, type ProvenPeer } from "../wire/handshake.js";
import type { VerifiedMessage, ViolationCode } from "../wire/inbox.js";
import {
  adoptSequences,
  createSequenceBook,
  createSession,
  type PeerLimits,
  type SequenceBook,
  type Session,
} from "../wire/session.js";
import { backoffDelayMs } from "./backoff.js";
import { type Attempt, type Contact, createContact, isAttempting, type ProvenContact } from "./contact.js";
import { judgeLiveness, type LivenessLimits, ownSleepMs, REDIAL_AFTER_MS, SWEEP_MS } from "./liveness.js";

/** Longest that opening a link may take; ICE alone needs up to 10 s on a bad network. */
export const DIAL_TIMEOUT_MS = 12_000;
// The peer with the lower id dials; the other one only if nothing has come by then.
const DIAL_GRACE_MS = 3000;
const DIAL_RETRY = { baseMs: 1000, capMs: 30_000 };
const MAX_CONCURRENT_DIALS = 16;
const MAX_CONCURRENT_ANSWERS = 64;
/** Most members of a room that one peer keeps track of. */
export const MAX_LISTED_PEERS = 5000;
// Sequence numbers of peers that have gone are kept so long that a returning one cannot repeat itself.
const MAX_SEQUENCE_BOOKS = 10_000;
const MAX_STRIKES = 8;
/** How long a peer that misbehaved is refused. */
export const PENALTY_MS = 60_000;

// Rates can be exceeded by accident, malformed or forged frames cannot.
const STRIKES: Readonly<Record<ViolationCode, number>> = {
  "malformed-frame": 1,
  "bad-signature": 1,
  "malformed-message": 1,
  "repeated-message": 1,
  "stale-message": 0,
  "rate-exceeded": 1 / 64,
  "backlog-exceeded": 1,
};

const GONE_REASONS: Readonly<Record<LinkCloseReason, PeerGoneReason>> = {
  left: "left",
  "remote-closed": "left",
  replaced: "left",
  superseded: "left",
  reconfigured: "left",
  refused: "refused",
  banned: "banned",
  "timed-out": "timed-out",
  "protocol-error": "protocol-error",
};

/** What the mesh tells the file that wires. */
export interface MeshEvents {
  proven(peer: ProvenPeer, link: Link): void;
  /** The peer's link was replaced by a new one; the peer stayed. */
  relinked(peerId: PeerId, link: Link): void;
  stateChanged(peerId: PeerId, state: Exclude<PeerState, "connecting">): void;
  gone(peerId: PeerId, reason: PeerGoneReason): void;
  connecting(peer: ConnectingPeer): void;
  connectingEnded(peerId: PeerId): void;
  message(message: VerifiedMessage): void;
  frame(direction: "sent" | "received", peerId: PeerId, lane: LaneName, bytes: number): void;
  dropped(code: string, peerId: PeerId | undefined): void;
  /** A heartbeat is due. */
  probe(peerId: PeerId): void;
}

export interface MeshOptions {
  readonly room: TransportRoom;
  readonly roomName: string;
  readonly peerId: PeerId;
  readonly replaces: PeerId | undefined;
  readonly identity: Identity;
  readonly runtime: Runtime;
  readonly liveness: LivenessLimits;
  readonly limits: PeerLimits;
  readonly isSignalingConnected: () => boolean;
  /** A text refuses the peer and is told to it. */
  readonly admit: (peer: { peerId: PeerId; agentId: AgentId }) => Promise<string | undefined>;
  readonly events: MeshEvents;
}

/** Keeps one proven link to every member of the room. */
export interface Mesh {
  listed(peerId: PeerId): void;
  unlisted(peerId: PeerId): void;
  incoming(dial: IncomingDial): void;
  /** Signalling works again: plan the dials that waited for it. */
  resume(): void;
  session(peerId: PeerId): Session | undefined;
  sessions(): Iterable<Session>;
  /** An answered heartbeat or any other sign of life. */
  heard(peerId: PeerId): void;
  dismiss(peerId: PeerId, reason: PeerGoneReason): void;
  /** The peer said goodbye: it goes as soon as what it sent before is delivered. */
  departed(peerId: PeerId): void;
  close(reason: LinkCloseReason): void;
}

export function createMesh(options: MeshOptions): Mesh {
  const { runtime, events } = options;
  const { clock } = runtime;
  const contacts = new Map<PeerId, Contact>();
  const books = new Map<PeerId, SequenceBook>();
  const penalties = new Map<PeerId, number>();
  const waitingDials = new Set<Contact>();
  let runningDials = 0;
  let runningAnswers = 0;
  let cancelSweep: Cancel | undefined;
  let lastSweepMs = clock.now();
  let isClosed = false;

  const contactOf = (peerId: PeerId): Contact => {
    const existing = contacts.get(peerId);
    if (existing !== undefined) return existing;
    const fresh = createContact(peerId);
    contacts.set(peerId, fresh);
    return fresh;
  };

  const isPenalised = (peerId: PeerId): boolean => {
    const untilMs = penalties.get(peerId);
    if (untilMs === undefined) return false;
    if (clock.now() < untilMs) return true;
    penalties.delete(peerId);
    return false;
  };

  // --- dialling -------------------------------------------------------------------------------

  const planDial = (contact: Contact, minimumMs = 0): void => {
    const isUseful =
      contact.isListed && !isAttempting(contact) && contact.proven?.session.link.state !== "open";
    if (isClosed || !isUseful || contact.cancelPlan !== undefined || waitingDials.has(contact)) return;
    if (!options.isSignalingConnected()) return;
    const graceMs = options.peerId < contact.peerId ? 0 : DIAL_GRACE_MS;
    const waitMs = contact.attempts === 0 ? 0 : backoffDelayMs(DIAL_RETRY, contact.attempts, runtime.random);
    const penaltyMs = (penalties.get(contact.peerId) ?? 0) - clock.now();
    const delayMs = Math.max(graceMs + waitMs, minimumMs, penaltyMs);
    if (delayMs <= 0) return enqueueDial(contact);
    contact.cancelPlan = clock.setTimer(delayMs, () => {
      contact.cancelPlan = undefined;
      if (contact.isListed && !isAttempting(contact)) enqueueDial(contact);
    });
  };

  const enqueueDial = (contact: Contact): void => {
    waitingDials.add(contact);
    startDials();
  };

  const startDials = (): void => {
    for (const contact of waitingDials) {
      if (runningDials >= MAX_CONCURRENT_DIALS) return;
      waitingDials.delete(contact);
      if (isClosed || !contact.isListed || isAttempting(contact) || isPenalised(contact.peerId)) continue;
      runningDials++;
      void connect(contact, "outgoing", (signal) => options.room.dial(contact.peerId, { signal })).finally(
        () => {
          runningDials--;
          startDials();
        },
      );
    }
  };

  const forgetPlan = (contact: Contact): void => {
    contact.cancelPlan?.();
    contact.cancelPlan = undefined;
    waitingDials.delete(contact);
  };

  // --- one attempt, from offer to proof -------------------------------------------------------

  const connect = async (
    contact: Contact,
    direction: Attempt["direction"],
    open: (signal: AbortSignal) => Promise<Link>,
  ): Promise<void> => {
    const attempt: Attempt = { direction, controller: new AbortController(), isLinkOpen: false };
    contact[direction] = attempt;
    contact.attempts++;
    reportConnecting(contact);
    let link: Link | undefined;
    try {
      link = await openInTime(contact, attempt, open);
      attempt.isLinkOpen = true;
      const proven = await prove(link, attempt.controller.signal);
      endAttempt(contact, attempt);
      if (isClosed) return link.close("left");
      adopt(contact, link, proven);
    } catch (thrown) {
      const error = toSwarmError(thrown, "internal", `Connecting to ${contact.peerId} failed.`);
      link?.close(
        error.code === "aborted"
          ? "superseded"
          : error.code === "peer-refused"
            ? "refused"
            : "protocol-error",
      );
      endAttempt(contact, attempt);
      attemptFailed(contact, error);
    }
  };

  const openInTime = (
    contact: Contact,
    attempt: Attempt,
    open: (signal: AbortSignal) => Promise<Link>,
  ): Promise<Link> => {
    const given = new AbortController();
    let isOver = false;
    return settleWithin<Link>(
      {
        clock,
        timeoutMs: DIAL_TIMEOUT_MS,
        signal: attempt.controller.signal,
        what: `The dial to ${contact.peerId}`,
        onTimeout: () =>
          new SwarmError("dial-timeout", {
            what: `No link to ${contact.peerId} within ${DIAL_TIMEOUT_MS / 1000} s.`,
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
  };

  const prove = (link: Link, signal: AbortSignal): Promise<ProvenPeer> => {
    const { sending } = bookOf(link.peerId);
    return handshake({
      link,
      runtime,
      signal,
      admit: options.admit,
      self: {
        identity: options.identity,
        peerId: options.peerId,
        room: options.roomName,
        replaces: options.replaces,
        nextSequences: { ...sending },
      },
    });
  };

  const endAttempt = (contact: Contact, attempt: Attempt): void => {
    if (contact[attempt.direction] === attempt) contact[attempt.direction] = undefined;
  };

  const attemptFailed = (contact: Contact, error: SwarmError): void => {
    if (isClosed) return;
    if (error.code !== "aborted" && error.code !== "dial-superseded") {
      contact.lastError = error;
      events.dropped(`connect:${error.code}`, contact.peerId);
      if (
        error.code === "protocol-error" ||
        error.code === "handshake-failed" ||
        error.code === "peer-refused"
      ) {
        penalties.set(contact.peerId, clock.now() + PENALTY_MS);
      }
    }
    if (isAttempting(contact)) return;
    // A link that closed while its replacement was under way has nothing to wait for any more.
    if (contact.proven?.session.link.state === "closed") return dismiss(contact, "timed-out");
    if (!contact.isListed && contact.proven === undefined) return forget(contact);
    reportConnecting(contact);
    planDial(contact);
  };

  const reportConnecting = (contact: Contact): void => {
    if (contact.proven !== undefined) return;
    const { peerId, attempts, lastError } = contact;
    events.connecting({ peerId, state: "connecting", attempts, lastError });
  };

  const bookOf = (peerId: PeerId): SequenceBook => {
    const existing = books.get(peerId);
    if (existing !== undefined) return existing;
    const fresh = createSequenceBook();
    books.set(peerId, fresh);
    for (const known of books.keys()) {
      if (books.size <= MAX_SEQUENCE_BOOKS) break;
      if (!contacts.has(known)) books.delete(known);
    }
    return fresh;
  };

  // --- proven peers ---------------------------------------------------------------------------

  const adopt = (contact: Contact, link: Link, peer: ProvenPeer): void => {
    if (link.state === "closed") return attemptFailed(contact, linkClosedError(contact.peerId));
    forgetPlan(contact);
    contact.attempts = 0;
    contact.lastError = undefined;
    // The other direction, if it is still under way, has become needless.
    contact.outgoing?.controller.abort();
    contact.incoming?.controller.abort();
    const before = contact.proven;
    const nowMs = clock.now();
    const sequences = bookOf(contact.peerId);
    adoptSequences(sequences, peer.nextSequences);
    // Until the new session is in place nothing may fall back to the old one.
    contact.proven = undefined;
    const session = openSession(contact, link, peer, sequences);
    const proven: ProvenContact = {
      session,
      stopWatching: link.onStateChange(() => linkChanged(contact, session)),
      state: "connected",
      lastHeardMs: nowMs,
      probedAtMs: undefined,
      nextProbeAtMs: nowMs,
      interruptedAtMs: undefined,
      strikes: before?.strikes ?? 0,
    };
    contact.proven = proven;
    if (before === undefined) {
      events.connectingEnded(contact.peerId);
      events.proven(peer, link);
    } else {
      before.stopWatching();
      before.session.close("replaced");
      events.relinked(contact.peerId, link);
      if (before.state !== "connected") events.stateChanged(contact.peerId, "connected");
    }
    dismissReplaced(peer);
    probe(contact, proven);
    scheduleSweep();
  };

  const openSession = (
    contact: Contact,
    link: Link,
    proven: ProvenPeer,
    sequences: SequenceBook,
  ): Session => {
    const { peerId } = contact;
    const session: Session = createSession({
      link,
      proven,
      identity: options.identity,
      peerId: options.peerId,
      room: options.roomName,
      runtime,
      sequences,
      limits: options.limits,
      events: {
        message(message) {
          heard(peerId);
          events.message(message);
        },
        violation: (code) => punish(contact, code),
        gap: (lane) => events.dropped(`gap:${lane}`, peerId),
        frame: (direction, lane, bytes) => events.frame(direction, peerId, lane, bytes),
        failure() {
          if (link.state !== "closed") link.close("protocol-error");
        },
      },
    });
    return session;
  };

  const dismissReplaced = (peer: ProvenPeer): void => {
    const old = peer.replaces === undefined ? undefined : contacts.get(peer.replaces);
    if (old?.proven?.session.proven.agentId !== peer.agentId || old.peerId === peer.peerId) return;
    old.isListed = false;
    dismiss(old, "replaced");
  };

  const punish = (contact: Contact, code: ViolationCode): void => {
    events.dropped(code, contact.peerId);
    const { proven } = contact;
    if (proven === undefined) return;
    proven.strikes += STRIKES[code];
    if (proven.strikes < MAX_STRIKES) return;
    penalties.set(contact.peerId, clock.now() + PENALTY_MS);
    dismiss(contact, "protocol-error");
  };

  const linkChanged = (contact: Contact, session: Session): void => {
    const { proven } = contact;
    if (proven?.session !== session) return;
    const { link } = session;
    if (link.state === "open") {
      proven.interruptedAtMs = undefined;
      setState(contact, proven, "connected");
      probe(contact, proven);
    } else if (link.state === "closed") {
      linkClosed(contact, proven, link.closeReason ?? "remote-closed");
    } else {
      proven.interruptedAtMs ??= clock.now();
      setState(contact, proven, "unreachable");
      probe(contact, proven);
      dismissIfLost(contact);
    }
  };

  const linkClosed = (contact: Contact, proven: ProvenContact, reason: LinkCloseReason): void => {
    if (isAttempting(contact)) return setState(contact, proven, "unreachable");
    dismissOnceDigested(contact, proven, GONE_REASONS[reason]);
  };

  // The last messages came before the end of the link, but checking them takes longer.
  const dismissOnceDigested = (contact: Contact, proven: ProvenContact, reason: PeerGoneReason): void => {
    void proven.session.digested().then(() => {
      if (contact.proven === proven && !isAttempting(contact)) dismiss(contact, reason);
    });
  };

  // Its connection failed and the room no longer lists it: nobody will restart that link.
  const dismissIfLost = (contact: Contact): void => {
    const isLost = contact.proven?.session.link.state === "failed" && !contact.isListed;
    if (isLost && options.isSignalingConnected()) dismiss(contact, "timed-out");
  };

  const setState = (contact: Contact, proven: ProvenContact, state: ProvenContact["state"]): void => {
    if (proven.state === state) return;
    proven.state = state;
    events.stateChanged(contact.peerId, state);
  };

  const dismiss = (contact: Contact, reason: PeerGoneReason): void => {
    const { proven } = contact;
    contact.proven = undefined;
    if (proven !== undefined) {
      proven.stopWatching();
      proven.session.close(reason);
      events.gone(contact.peerId, reason);
    }
    if (!contact.isListed) return forget(contact);
    contact.attempts = 0;
    // A peer that closed its link on purpose is about to be unlisted: give the room a moment to say so.
    planDial(contact, DIAL_GRACE_MS);
  };

  const forget = (contact: Contact): void => {
    forgetPlan(contact);
    contact.outgoing?.controller.abort();
    contact.incoming?.controller.abort();
    contacts.delete(contact.peerId);
    events.connectingEnded(contact.peerId);
  };

  // --- liveness -------------------------------------------------------------------------------

  const probe = (contact: Contact, proven: ProvenContact): void => {
    const nowMs = clock.now();
    proven.nextProbeAtMs = nowMs + options.liveness.heartbeatMs;
    proven.probedAtMs ??= nowMs;
    events.probe(contact.peerId);
  };

  const heard = (peerId: PeerId): void => {
    const contact = contacts.get(peerId);
    if (contact?.proven === undefined) return;
    contact.proven.lastHeardMs = clock.now();
    contact.proven.probedAtMs = undefined;
    if (contact.proven.state === "asleep") setState(contact, contact.proven, "connected");
  };

  const scheduleSweep = (): void => {
    if (cancelSweep !== undefined || isClosed) return;
    lastSweepMs = clock.now();
    cancelSweep = clock.setTimer(SWEEP_MS, sweep);
  };

  const sweep = (): void => {
    cancelSweep = undefined;
    const nowMs = clock.now();
    const sleptMs = ownSleepMs(lastSweepMs, nowMs);
    for (const contact of [...contacts.values()]) {
      if (contact.proven !== undefined) sweepPeer(contact, contact.proven, nowMs, sleptMs);
    }
    if ([...contacts.values()].some((contact) => contact.proven !== undefined)) scheduleSweep();
  };

  const sweepPeer = (contact: Contact, proven: ProvenContact, nowMs: number, sleptMs: number): void => {
    if (sleptMs > 0) {
      // While this tab slept it could hear nobody; the time does not count against the others.
      proven.lastHeardMs += sleptMs;
      proven.probedAtMs = undefined;
      proven.nextProbeAtMs = nowMs;
    }
    const verdict = judgeLiveness(proven, nowMs, options.liveness);
    if (verdict === "dead") return dismiss(contact, "timed-out");
    if (verdict === "asleep") setState(contact, proven, "asleep");
    if (verdict === "probe") probe(contact, proven);
    dismissIfLost(contact);
    const interruptedMs = nowMs - (proven.interruptedAtMs ?? nowMs);
    if (interruptedMs >= REDIAL_AFTER_MS && contact.proven === proven) planDial(contact);
  };

  return {
    listed(peerId) {
      if (peerId === options.peerId || isClosed) return;
      if (contacts.size >= MAX_LISTED_PEERS && !contacts.has(peerId))
        return events.dropped("room-too-large", peerId);
      const contact = contactOf(peerId);
      contact.isListed = true;
      if (contact.proven === undefined) reportConnecting(contact);
      planDial(contact);
    },
    unlisted(peerId) {
      const contact = contacts.get(peerId);
      if (contact === undefined) return;
      contact.isListed = false;
      forgetPlan(contact);
      if (contact.proven !== undefined) return dismissIfLost(contact);
      contact.outgoing?.controller.abort();
      if (contact.incoming === undefined) forget(contact);
    },
    incoming(dial) {
      const contact = contacts.get(dial.peerId);
      if (isClosed || isPenalised(dial.peerId) || runningAnswers >= MAX_CONCURRENT_ANSWERS) {
        events.dropped("dial-refused", dial.peerId);
        return dial.reject("refused");
      }
      const ours = contact?.outgoing;
      // Both dialled at once: the lower id's dial wins on both sides (signalling keeps the order of a sender).
      if (ours !== undefined && !ours.isLinkOpen && options.peerId < dial.peerId)
        return dial.reject("superseded");
      const chosen = contact ?? contactOf(dial.peerId);
      forgetPlan(chosen);
      chosen.outgoing?.controller.abort();
      chosen.incoming?.controller.abort();
      runningAnswers++;
      void connect(chosen, "incoming", (signal) => dial.accept({ signal })).finally(() => {
        runningAnswers--;
      });
    },
    resume() {
      for (const contact of [...contacts.values()]) planDial(contact);
    },
    session: (peerId) => contacts.get(peerId)?.proven?.session,
    *sessions() {
      for (const contact of contacts.values()) {
        if (contact.proven !== undefined) yield contact.proven.session;
      }
    },
    heard,
    dismiss(peerId, reason) {
      const contact = contacts.get(peerId);
      if (contact !== undefined) dismiss(contact, reason);
    },
    departed(peerId) {
      const contact = contacts.get(peerId);
      if (contact?.proven !== undefined) dismissOnceDigested(contact, contact.proven, "left");
    },
    close(reason) {
      isClosed = true;
      cancelSweep?.();
      for (const contact of [...contacts.values()]) {
        const { proven } = contact;
        contact.proven = undefined;
        proven?.stopWatching();
        proven?.session.close(reason);
        if (proven !== undefined) events.gone(contact.peerId, "left");
        forget(contact);
      }
    },
  };
}

function linkClosedError(peerId: PeerId): SwarmError {
  return new SwarmError("link-closed", { what: `The link to ${peerId} closed right after the handshake.` });
}
