import type { Bytes } from "../bytes.js";
import type { SwarmError } from "../errors.js";
import type { Identity } from "../identity/identity.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import type { SecretGate } from "../secret/secretProof.js";
import type { AttemptOutcome } from "../stats/attemptCounts.js";
import type { ConnectingPeer, PeerGoneReason, PeerState } from "../store/snapshot.js";
import type { IncomingDial, LaneName, Link, LinkCloseReason, TransportRoom } from "../transport/transport.js";
import { handshake, type ProvenPeer } from "../wire/handshake.js";
import type { VerifiedMessage, ViolationCode } from "../wire/inbox.js";
import { createIntake, type ExcessReason, type PeerLimits } from "../wire/intake.js";
import { createPacer } from "../wire/pacer.js";
import { createRestrainer, type Restraint } from "../wire/restraint.js";
import { adoptSequences, createSession, type Session, type SessionFrame } from "../wire/session.js";
import { createAttempts } from "./attempts.js";
import { type Allowance, type Contact, createContact, isAttempting, type ProvenContact } from "./contact.js";
import { createDialPlan, DIAL_GRACE_MS } from "./dialPlan.js";
import {
  type LivenessLimits,
  type LivenessVerdict,
  REDIAL_AFTER_MS,
  RESTART_CHANCE_MS,
  RETURN_GRACE_MS,
} from "./liveness.js";
import { createPenalties, MAX_STRIKES, STRIKES } from "./penalties.js";
import { createSequenceBooks } from "./sequenceBooks.js";
import { createVigil } from "./vigil.js";

const MAX_CONCURRENT_ANSWERS = 64;
/** Longest that messages which came before the end of a link may take to be checked. */
const DIGEST_LIMIT_MS = 5000;
// With itself, a message of a type that nobody handles counts as ten.
const UNHANDLED_SURCHARGE = 9;
/** Most members of a room that one peer keeps track of. */
export const MAX_LISTED_PEERS = 5000;

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
  "limit-exceeded": "limit-exceeded",
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
  /** Part of a transfer, unsigned. */
  chunk(peer: { peerId: PeerId; agentId: AgentId }, frame: Bytes): void;
  frame(direction: "sent" | "received", peerId: PeerId, lane: LaneName, bytes: number): void;
  witnessed(peerId: PeerId, frame: SessionFrame): void;
  dropped(code: string, peerId: PeerId | undefined): void;
  /** A peer that sends too much is held back by another stage, for longer, or no more. */
  restrained(peerId: PeerId, restraint: Restraint | undefined, before: Restraint | undefined): void;
  /** A peer is about to go because it sent too much for too long. */
  overflowed(peerId: PeerId, reason: ExcessReason): void;
  /** A try to get a proven link has ended. */
  attempted(outcome: AttemptOutcome): void;
  /** A heartbeat is due. */
  probe(peerId: PeerId): void;
  /** This process did not run for so long. */
  slept(sleptMs: number): void;
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
  /** What a peer has to know; without it the room is open. */
  readonly gate: SecretGate | undefined;
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
  /** How the peer is held back, if it is. */
  restraint(peerId: PeerId): Restraint | undefined;
  /** The peer sent something that nobody handles here. */
  unhandled(peerId: PeerId): void;
  sessions(): Iterable<Session>;
  /** The peer did what no honest one does: counted, and closed if it goes on. */
  punish(peerId: PeerId, code: ViolationCode): void;
  dismiss(peerId: PeerId, reason: PeerGoneReason): void;
  /** The peer said goodbye: it goes as soon as what it sent before is delivered. */
  departed(peerId: PeerId): void;
  close(reason: LinkCloseReason): void;
}

export function createMesh(options: MeshOptions): Mesh {
  const { runtime, events } = options;
  const { clock } = runtime;
  const pacer = createPacer(runtime);
  const contacts = new Map<PeerId, Contact>();
  const books = createSequenceBooks((peerId) => contacts.has(peerId));
  const penalties = createPenalties(clock);
  let runningAnswers = 0;
  let isClosed = false;
  let hasEntered = false;
  let resumedAtMs = -Infinity;

  const contactOf = (peerId: PeerId): Contact => {
    const existing = contacts.get(peerId);
    if (existing !== undefined) return existing;
    const fresh = createContact(peerId);
    contacts.set(peerId, fresh);
    return fresh;
  };

  // --- from listed to proven ------------------------------------------------------------------

  const attempt = createAttempts({
    runtime,
    prove: (link, signal) =>
      handshake({
        link,
        runtime,
        signal,
        gate: options.gate,
        admit: options.admit,
        self: {
          identity: options.identity,
          peerId: options.peerId,
          room: options.roomName,
          replaces: options.replaces,
          nextSequences: { ...books.of(link.peerId).sending },
        },
      }),
    onStarted: (contact) => reportConnecting(contact),
    onProven(contact, link, peer) {
      if (isClosed) return link.close("left");
      events.attempted({ attempt: contact.attempts });
      adopt(contact, link, peer);
    },
    onFailed: (contact, error) => attemptFailed(contact, error),
  });

  const dials = createDialPlan({
    ownPeerId: options.peerId,
    runtime,
    isSignalingConnected: options.isSignalingConnected,
    penaltyMs: (peerId) => refusedForMs(peerId),
    dial: (contact) =>
      attempt(contact, "outgoing", (signal) => options.room.dial(contact.peerId, { signal })),
  });

  const attemptFailed = (contact: Contact, error: SwarmError): void => {
    if (isClosed) return;
    if (error.code !== "aborted" && error.code !== "dial-superseded") {
      contact.lastError = error;
      events.attempted({ failure: error.code });
      events.dropped(`connect:${error.code}`, contact.peerId);
      penalties.judge(contact.peerId, error.code);
    }
    if (isAttempting(contact)) return;
    // A link that closed while its replacement was under way has nothing to wait for any more.
    if (contact.proven?.session.link.state === "closed") return dismiss(contact, "timed-out");
    if (!contact.isListed && contact.proven === undefined) return forget(contact);
    reportConnecting(contact);
    dials.plan(contact);
  };

  const refusedForMs = (peerId: PeerId): number =>
    Math.max(penalties.remainingMs(peerId), options.gate?.guesses.peerWaitMs(peerId) ?? 0);

  const reportConnecting = (contact: Contact): void => {
    if (contact.proven !== undefined) return;
    const { peerId, attempts, lastError } = contact;
    events.connecting({ peerId, state: "connecting", attempts, lastError });
  };

  // --- proven peers ---------------------------------------------------------------------------

  const adopt = (contact: Contact, link: Link, peer: ProvenPeer): void => {
    dials.cancel(contact);
    contact.attempts = 0;
    contact.lastError = undefined;
    // The other direction, if it is still under way, has become needless.
    contact.outgoing?.controller.abort();
    contact.incoming?.controller.abort();
    const before = contact.proven;
    const nowMs = clock.now();
    // Until the new session is in place nothing may fall back to the old one.
    contact.proven = undefined;
    const allowance = before?.allowance ?? createAllowance(contact);
    const session = openSession(contact, link, peer, allowance);
    const proven: ProvenContact = {
      session,
      allowance,
      stopWatching: link.onStateChange(() => linkChanged(contact, session)),
      state: "connected",
      lastHeardMs: nowMs,
      probedAtMs: undefined,
      nextProbeAtMs: nowMs,
      interruptedAtMs: undefined,
      isGivenUp: false,
      isParting: false,
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
    vigil.begin();
  };

  const createAllowance = (contact: Contact): Allowance => {
    const { peerId } = contact;
    const restrainer = createRestrainer({
      clock,
      onChange: (restraint, before) => events.restrained(peerId, restraint, before),
      onDrop(reason) {
        events.overflowed(peerId, reason);
        penalties.impose(peerId);
        dismiss(contact, "limit-exceeded");
      },
    });
    return {
      restrainer,
      intake: createIntake(clock, options.limits, (reason) => restrainer.exceeded(reason)),
    };
  };

  const openSession = (contact: Contact, link: Link, peer: ProvenPeer, { intake }: Allowance): Session => {
    const { peerId } = contact;
    const sequences = books.of(peerId);
    adoptSequences(sequences, peer.nextSequences);
    return createSession({
      link,
      proven: peer,
      identity: options.identity,
      peerId: options.peerId,
      room: options.roomName,
      runtime,
      sequences,
      intake,
      pacer,
      events: {
        message(message) {
          heard(contact, message.receivedAtMs);
          events.message(message);
        },
        chunk(frame) {
          heard(contact, clock.now());
          events.chunk({ peerId, agentId: peer.agentId }, frame);
        },
        violation: (code) => punish(contact, code),
        gap: (lane) => events.dropped(`gap:${lane}`, peerId),
        frame: (direction, lane, bytes) => events.frame(direction, peerId, lane, bytes),
        witnessed: (frame) => events.witnessed(peerId, frame),
        failure() {
          if (link.state !== "closed") link.close("remote-closed");
        },
      },
    });
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
    if (code === "backlog-exceeded") return proven.allowance.restrainer.exceeded("backlog");
    proven.strikes += STRIKES[code];
    if (proven.strikes < MAX_STRIKES) return;
    penalties.impose(contact.peerId);
    dismiss(contact, "protocol-error");
  };

  const linkChanged = (contact: Contact, session: Session): void => {
    const { proven } = contact;
    if (proven?.session !== session) return;
    const { link } = session;
    if (link.state === "open") {
      proven.interruptedAtMs = undefined;
      proven.isGivenUp = false;
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
    // The transport found the offence, or the peer found one of ours: either way not again at once.
    if (reason === "protocol-error" || reason === "limit-exceeded") penalties.impose(contact.peerId);
    if (isAttempting(contact)) return setState(contact, proven, "unreachable");
    dismissOnceDigested(contact, proven, GONE_REASONS[reason]);
  };

  // The last messages came before the end of the link, but checking them takes longer.
  const dismissOnceDigested = (contact: Contact, proven: ProvenContact, reason: PeerGoneReason): void => {
    // A peer can say goodbye as often as it likes.
    if (proven.isParting) return;
    proven.isParting = true;
    const dismissNow = (): void => {
      cancel();
      proven.isParting = false;
      if (contact.proven === proven && !isAttempting(contact)) dismiss(contact, reason);
    };
    // What a peer that sent too much has left behind is not worth a longer wait.
    const cancel = clock.setTimer(DIGEST_LIMIT_MS, dismissNow);
    void proven.session.digested().then(dismissNow);
  };

  // Its connection failed and the room no longer lists it: nobody will restart that link.
  const dismissIfLost = (contact: Contact): void => {
    const isLost = contact.proven?.session.link.state === "failed" && !contact.isListed;
    const isRoomComplete = options.isSignalingConnected() && clock.now() - resumedAtMs >= RETURN_GRACE_MS;
    if (isLost && isRoomComplete) dismiss(contact, "timed-out");
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
      proven.allowance.restrainer.end();
      proven.session.close(reason);
      events.gone(contact.peerId, reason);
    }
    if (!contact.isListed) return forget(contact);
    contact.attempts = 0;
    // A peer that closed its link on purpose is about to be unlisted: give the room a moment to say so.
    dials.plan(contact, DIAL_GRACE_MS);
  };

  const forget = (contact: Contact): void => {
    dials.cancel(contact);
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

  const heard = (contact: Contact, atMs: number): void => {
    const { proven } = contact;
    if (proven === undefined) return;
    proven.lastHeardMs = atMs;
    proven.probedAtMs = undefined;
    if (proven.state === "asleep") setState(contact, proven, "connected");
  };

  const judged = (proven: ProvenContact, verdict: LivenessVerdict, nowMs: number): void => {
    const contact = contacts.get(proven.session.proven.peerId);
    if (contact?.proven !== proven) return;
    if (verdict === "dead") return dismiss(contact, "timed-out");
    if (verdict === "asleep") setState(contact, proven, "asleep");
    if (verdict === "probe") probe(contact, proven);
    dismissIfLost(contact);
    const interruptedMs = nowMs - (proven.interruptedAtMs ?? nowMs);
    const restartableMs = nowMs - Math.max(resumedAtMs, contact.listedAtMs);
    if (interruptedMs < REDIAL_AFTER_MS || restartableMs < RESTART_CHANCE_MS) return;
    proven.isGivenUp = true;
    if (contact.proven === proven) dials.plan(contact);
  };

  const vigil = createVigil({
    clock,
    limits: options.liveness,
    onVerdict: judged,
    onOwnSleep: events.slept,
    *peers() {
      for (const { proven } of contacts.values()) if (proven !== undefined) yield proven;
    },
  });

  return {
    listed(peerId) {
      if (peerId === options.peerId || isClosed) return;
      if (contacts.size >= MAX_LISTED_PEERS && !contacts.has(peerId))
        return events.dropped("room-too-large", peerId);
      const contact = contactOf(peerId);
      if (!contact.isListed) contact.listedAtMs = clock.now();
      contact.isListed = true;
      if (contact.proven === undefined) reportConnecting(contact);
      dials.plan(contact);
    },
    unlisted(peerId) {
      const contact = contacts.get(peerId);
      if (contact === undefined) return;
      contact.isListed = false;
      dials.cancel(contact);
      if (contact.proven !== undefined) return dismissIfLost(contact);
      contact.outgoing?.controller.abort();
      // A dial needs signalling until its link is open, and whoever is not listed has none.
      if (contact.incoming?.isLinkOpen === false) contact.incoming.controller.abort();
      if (contact.incoming === undefined) forget(contact);
    },
    incoming(dial) {
      const contact = contacts.get(dial.peerId);
      if (isClosed || refusedForMs(dial.peerId) > 0 || runningAnswers >= MAX_CONCURRENT_ANSWERS) {
        events.dropped("dial-refused", dial.peerId);
        return dial.reject("refused");
      }
      const ours = contact?.outgoing;
      // Both dialled at once: the lower id's dial wins on both sides (signalling keeps the order of a sender).
      if (ours !== undefined && !ours.isLinkOpen && options.peerId < dial.peerId)
        return dial.reject("superseded");
      const chosen = contact ?? contactOf(dial.peerId);
      dials.cancel(chosen);
      chosen.outgoing?.controller.abort();
      chosen.incoming?.controller.abort();
      runningAnswers++;
      void attempt(chosen, "incoming", (signal) => dial.accept({ signal })).finally(() => {
        runningAnswers--;
      });
    },
    resume() {
      if (hasEntered) resumedAtMs = clock.now();
      hasEntered = true;
      for (const contact of [...contacts.values()]) dials.plan(contact);
    },
    session: (peerId) => contacts.get(peerId)?.proven?.session,
    restraint: (peerId) => contacts.get(peerId)?.proven?.allowance.restrainer.restraint,
    unhandled(peerId) {
      contacts.get(peerId)?.proven?.allowance.intake.surcharge(UNHANDLED_SURCHARGE, "unknown-types");
    },
    *sessions() {
      for (const contact of contacts.values()) {
        if (contact.proven !== undefined) yield contact.proven.session;
      }
    },
    punish(peerId, code) {
      const contact = contacts.get(peerId);
      if (contact !== undefined) punish(contact, code);
    },
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
      dials.close();
      vigil.end();
      for (const contact of [...contacts.values()]) {
        const { proven } = contact;
        contact.proven = undefined;
        proven?.stopWatching();
        proven?.allowance.restrainer.end();
        proven?.session.close(reason);
        if (proven !== undefined) events.gone(contact.peerId, "left");
        forget(contact);
      }
    },
  };
}
