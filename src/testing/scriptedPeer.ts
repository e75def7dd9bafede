import type { Cancel } from "../core/clock.js";
import { SwarmError } from "../core/errors.js";
import { createIdentity, type Identity } from "../core/identity/identity.js";
import { type AgentId, createPeerId, type PeerId } from "../core/identity/ids.js";
import { DEFAULT_ROOM } from "../core/options.js";
import { createGuessBook } from "../core/secret/guessBook.js";
import { secretBytes } from "../core/secret/roomSecret.js";
import type { SecretGate } from "../core/secret/secretProof.js";
import type { IncomingDial, LaneName, Link, TransportRoom } from "../core/transport/transport.js";
import { handshake } from "../core/wire/handshake.js";
import type { VerifiedMessage } from "../core/wire/inbox.js";
import { createIntake, DEFAULT_PEER_LIMITS } from "../core/wire/intake.js";
import { encodeBody } from "../core/wire/message.js";
import {
  adoptSequences,
  createSequenceBook,
  createSession,
  type SequenceBook,
  type Session,
} from "../core/wire/session.js";
import { trackedIdentity } from "./memoryHost.js";
import type { MemoryHost } from "./networkCore.js";

/** Options of {@link scriptedPeer}. */
export interface ScriptedPeerOptions {
  /** Default `peerswarm-default`. */
  readonly room?: string;
  /** What it believes to be the room's secret. Default none. */
  readonly secret?: string | Uint8Array;
  /** Default a fresh one. */
  readonly identity?: Identity;
  /** What it answers when asked who it is; may be anything, also what no honest peer would say. */
  readonly profile?: unknown;
  /** Called with every verified message that is neither a heartbeat nor a question about the profile. */
  readonly onMessage?: (message: VerifiedMessage, peer: ScriptedPeer) => void;
}

/**
 * A remote member that does what a test says and nothing else: real key, real handshake, real signatures,
 * but no swarm around them, so that a thousand of them fit into one test. It answers dials and never dials.
 */
export interface ScriptedPeer {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
  readonly host: MemoryHost;
  /** Whether heartbeats are answered; default `true`. */
  answersHeartbeats: boolean;
  /** Whether it says who it is when asked; default `true`. */
  answersProfile: boolean;
  /** Verified messages so far, by type. */
  readonly received: ReadonlyMap<string, number>;
  /** Members that it is linked with. */
  readonly linked: readonly PeerId[];
  /** Sends to every member that it is linked with; returns to how many. */
  broadcast(type: string, payload: unknown, lane?: LaneName): number;
  /** Broadcasts at a rate until cancelled; `payload` gets the number of the message, from 1. */
  talk(perSecond: number, type: string, payload: (number: number) => unknown): Cancel;
  /** Leaves without a goodbye. */
  leave(): void;
}

const UNKNOWN_PROFILE = { name: null, capabilities: [], goals: [], region: null, knowledgeHeads: [] };

/** Lets a scripted peer enter its room; resolves once it is in. */
export async function scriptedPeer(
  host: MemoryHost,
  options: ScriptedPeerOptions = {},
): Promise<ScriptedPeer> {
  const { runtime } = host;
  const room = options.room ?? DEFAULT_ROOM;
  const identity =
    options.identity === undefined
      ? await createIdentity({ ed25519: await runtime.ed25519(), track: runtime.track })
      : trackedIdentity(options.identity, runtime);
  const peerId = createPeerId(identity.agentId, (count) => runtime.randomBytes(count));
  const ended = new AbortController();
  const received = new Map<string, number>();
  const sessions = new Map<PeerId, Session>();
  const books = new Map<PeerId, SequenceBook>();
  let messageCount = 0;
  const gate: SecretGate | undefined =
    options.secret === undefined
      ? undefined
      : { secret: secretBytes(options.secret), guesses: createGuessBook(runtime.clock) };

  const sendTo = (session: Session, type: string, payload: unknown, lane: LaneName = "control"): boolean => {
    if (session.link.state === "closed") return false;
    session.send({
      body: encodeBody(type, payload),
      number: ++messageCount,
      lane,
      sentAtMs: runtime.clock.now(),
    });
    return true;
  };

  const answer = (message: VerifiedMessage): void => {
    const { type, payload } = message.content;
    received.set(type, (received.get(type) ?? 0) + 1);
    const session = sessions.get(message.context.fromPeer);
    if (session === undefined) return;
    if (type === "swarm/heartbeat") {
      if (peer.answersHeartbeats) sendTo(session, "swarm/heartbeat-reply", payload);
    } else if (type === "swarm/sync-request") {
      if (peer.answersProfile)
        sendTo(session, "swarm/sync-response", options.profile ?? { ...UNKNOWN_PROFILE, name: host.name });
    } else {
      options.onMessage?.(message, peer);
    }
  };

  const open = async (dial: IncomingDial): Promise<void> => {
    const { signal } = ended;
    const link = await dial.accept({ signal });
    const book = books.get(link.peerId) ?? createSequenceBook();
    books.set(link.peerId, book);
    const proven = await handshake({
      link,
      runtime,
      signal,
      gate,
      self: { identity, peerId, room, replaces: undefined, nextSequences: { ...book.sending } },
      admit: () => Promise.resolve(undefined),
    });
    adoptSequences(book, proven.nextSequences);
    sessions.get(link.peerId)?.close("replaced");
    const session = createSession({
      link,
      proven,
      identity,
      peerId,
      room,
      runtime,
      sequences: book,
      intake: createIntake(runtime.clock, DEFAULT_PEER_LIMITS, () => undefined),
      events: {
        message: answer,
        chunk: () => undefined,
        violation: () => undefined,
        gap: () => undefined,
        frame: () => undefined,
        witnessed: () => undefined,
        failure: () => link.close("protocol-error"),
      },
    });
    sessions.set(link.peerId, session);
    forgetWhenClosed(link, session);
  };

  const forgetWhenClosed = (link: Link, session: Session): void => {
    const onChange = (): void => {
      if (link.state !== "closed") return;
      session.close("left");
      if (sessions.get(link.peerId) === session) sessions.delete(link.peerId);
    };
    link.onStateChange(onChange);
    onChange();
  };

  const place: TransportRoom = host.transport.enter({
    room,
    peerId,
    runtime,
    events: {
      lost: () => undefined,
      listed: () => undefined,
      unlisted: () => undefined,
      // A dial that fails is the other side's to report.
      incoming: (dial) => void open(dial).catch(() => undefined),
      notice: () => undefined,
      violation: () => undefined,
      step: () => undefined,
    },
  });

  const peer: ScriptedPeer = {
    peerId,
    agentId: identity.agentId,
    host,
    answersHeartbeats: true,
    answersProfile: true,
    received,
    get linked() {
      return [...sessions.keys()];
    },
    broadcast(type, payload, lane) {
      let reached = 0;
      for (const session of sessions.values()) if (sendTo(session, type, payload, lane)) reached++;
      return reached;
    },
    talk(perSecond, type, payload) {
      let number = 0;
      let cancel: Cancel;
      const speak = (): void => {
        peer.broadcast(type, payload(++number));
        cancel = runtime.clock.setTimer(1000 / perSecond, speak);
      };
      cancel = runtime.clock.setTimer(1000 / perSecond, speak);
      const stop: Cancel = () => cancel();
      ended.signal.addEventListener("abort", stop);
      return stop;
    },
    leave() {
      ended.abort(new SwarmError("left", { what: "The scripted peer left." }));
      for (const session of [...sessions.values()]) session.close("left");
      place.close();
    },
  };

  await place.connect({ signal: ended.signal });
  return peer;
}
