import type { Bytes } from "../bytes.js";
import type { Cancel } from "../clock.js";
import type { SwarmError } from "../errors.js";
import type { Evidence, Finding } from "../finding.js";
import type { PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";

/** `control`: small and ordered. `bulk`: ordered, a stream of its own. `datagram`: unordered, never resent. */
export type LaneName = "control" | "bulk" | "datagram";

/** Every lane of a link, in the order in which sequence numbers are announced. */
export const LANE_NAMES: readonly LaneName[] = ["control", "bulk", "datagram"];

/** Largest message a lane carries. Chromium and Firefox both close a channel above it. */
export const MAX_LANE_MESSAGE_BYTES: number = 256 * 1024;

/** Most bytes a lane queues before `send` throws `queue-full`; Chromium's own limit is 16 MiB. */
export const MAX_LANE_QUEUED_BYTES: number = 8 * 1024 * 1024;

/** One independent stream of a link. */
export interface Lane {
  readonly name: LaneName;
  /** Bytes that `send` took and the network has not. */
  readonly queuedBytes: number;
  /**
   * Queues one message.
   * @throws SwarmError `link-closed`, `message-too-large`, `queue-full`; nothing is queued then
   */
  send(message: Bytes): void;
  /** Resolves once `queuedBytes` is at most `belowBytes` (default 0); rejects `link-closed` or `aborted`. */
  drained(options?: { belowBytes?: number; signal?: AbortSignal }): Promise<void>;
  /**
   * Gives every message to `listener`, those that came earlier first. A lane has one listener; a later
   * call replaces it.
   */
  receive(listener: (message: Bytes) => void): void;
}

/**
 * `open`: data flows. `interrupted`: the network is silent, the transport is restarting it. `failed`: the
 * transport counts it as lost, though a restart may still revive it. `closed`: over, for good.
 */
export type LinkState = "open" | "interrupted" | "failed" | "closed";

/** Why a link was closed: told by the side that closed it, or found out by this one. */
export type LinkCloseReason =
  | "left"
  | "replaced"
  | "superseded"
  | "refused"
  | "banned"
  | "timed-out"
  | "protocol-error"
  | "limit-exceeded"
  | "remote-closed"
  | "reconfigured";

export const LINK_CLOSE_REASONS: readonly LinkCloseReason[] = [
  "left",
  "replaced",
  "superseded",
  "refused",
  "banned",
  "timed-out",
  "protocol-error",
  "limit-exceeded",
  "remote-closed",
  "reconfigured",
];

/** Kind of an ICE candidate (RFC 8445), or `memory` on a simulated link. */
export type CandidateKind = "host" | "srflx" | "prflx" | "relay" | "memory";

/** The network path that a link uses now: the kind of candidate at each end. */
export interface LinkPath {
  readonly local: CandidateKind;
  readonly remote: CandidateKind;
  /** `udp`, `tcp`, or how this side reaches its TURN server. */
  readonly protocol: string;
}

/** What a link knows of its path right now. */
export interface LinkMeasurement {
  readonly path: LinkPath | undefined;
  /** Of the transport's own checks, below messages and signatures. */
  readonly roundTripMs: number | undefined;
}

/** An open connection to one peer, below messages and below identity: `peerId` is only a claim here. */
export interface Link {
  /** Names this connection on both ends. */
  readonly id: string;
  readonly peerId: PeerId;
  /** Whether this side dialled. */
  readonly isInitiator: boolean;
  readonly lanes: Readonly<Record<LaneName, Lane>>;
  /** Bytes that both ends of this connection, and nobody else, know; signed in the handshake. */
  readonly channelBinding: Bytes;
  readonly state: LinkState;
  /** Set once `state` is `closed`. */
  readonly closeReason: LinkCloseReason | undefined;
  onStateChange(listener: (state: LinkState) => void): Cancel;
  /** Reads the path in use and its round trip, where the transport can; `undefined` where there is none now. */
  measure?(): Promise<LinkMeasurement | undefined>;
  /** Closes both ends; the other one sees `reason` where the network still carries it. */
  close(reason: LinkCloseReason): void;
}

/** Somebody dials us. Exactly one of `accept` and `reject` must be called, before the event handler returns. */
export interface IncomingDial {
  readonly peerId: PeerId;
  /** Resolves with the open link; rejects `dial-timeout` or `aborted`. */
  accept(options: { signal: AbortSignal }): Promise<Link>;
  reject(reason: LinkCloseReason): void;
}

/** A step on the way to a link, for the record; transports without it tell of none. */
export type TransportStep =
  | {
      readonly kind: "webrtc_offer_created" | "webrtc_answer_created";
      readonly peerId: PeerId;
      readonly link: string;
      /** SHA-256 of the session description that this side made, base16. */
      readonly sdpHash: string;
    }
  | {
      readonly kind: "ice_candidate_sent";
      readonly peerId: PeerId;
      readonly link: string;
      /** SHA-256 of the candidate line, base16: the log does not give away addresses. */
      readonly candidateHash: string;
      readonly type: string;
    }
  | { readonly kind: "datachannel_open"; readonly peerId: PeerId; readonly link: string };

/** What a transport reports of a room. */
export interface TransportEvents {
  /** Signalling went away after `connect()` had resolved; open links live on. */
  lost(error: SwarmError): void;
  listed(peerId: PeerId): void;
  unlisted(peerId: PeerId): void;
  incoming(dial: IncomingDial): void;
  /** A notice for people from the operator of the signalling server. */
  notice(text: string): void;
  /** Something malformed or forbidden came in and was dropped. */
  violation(peerId: PeerId | undefined, code: string): void;
  step(step: TransportStep): void;
}

/** What a transport is given to enter a room: where, as whom, with which clock, and whom to tell. */
export interface TransportContext {
  readonly room: string;
  readonly peerId: PeerId;
  readonly runtime: Runtime;
  readonly events: TransportEvents;
}

/** One stay in one room. */
export interface TransportRoom {
  /** Where the room is kept, for people: a URL, or a name such as `memory`. */
  readonly server: string;
  /** Reaches the signalling server and enters the room; called again after `lost`. */
  connect(options: { signal: AbortSignal }): Promise<void>;
  /**
   * Opens a link. Rejects `dial-timeout`, `dial-rejected`, `peer-unavailable`, `signaling-lost` or `aborted`;
   * nothing of a failed dial is left behind.
   */
  dial(peerId: PeerId, options: { signal: AbortSignal }): Promise<Link>;
  /** Asks for fresh signalling now, instead of at the next failure: reports `lost` if there is none. */
  check(): void;
  /**
   * Leaves the room and closes every link. `immediately`: without waiting for what is still on its way, because
   * the page is going.
   */
  close(options?: { immediately?: boolean }): void;
}

/** One of the ICE servers in force, by its `id` in {@link TransportSettings}: stays as it is, credential included. */
export interface KeptIceServer {
  readonly keep: string;
}

/** What `swarm.configureSignaling()` can change; what is absent stays as it is. */
export interface SignalingChange {
  /** Signalling server, for example `https://signal.example.org`. */
  readonly url?: string;
  /** API key in the server's path; PeerServer's default is `peerjs`. */
  readonly key?: string;
  /** Token for `authorize`, or a function that fetches one before each connect. `null` removes it, and so does a `url` of another origin. */
  readonly token?: string | (() => string | Promise<string>) | null;
  /** All ICE servers from now on, or a function that fetches them (time-limited TURN credentials). */
  readonly iceServers?:
    | readonly (RTCIceServer | KeptIceServer)[]
    | (() => readonly RTCIceServer[] | Promise<readonly RTCIceServer[]>);
  /** `relay` uses TURN only. */
  readonly icePolicy?: RTCIceTransportPolicy;
}

/** An ICE server as everyone may see it. */
export interface IceServerView {
  /** For {@link KeptIceServer}. */
  readonly id: string;
  readonly urls: readonly string[];
  readonly username: string | undefined;
  /** Whether it has a credential; nobody is told which. */
  readonly hasCredential: boolean;
}

/** What is in force, without anything that is to stay secret. */
export interface TransportSettings {
  readonly url: string;
  readonly key: string;
  /** Whether a token is shown to the server; nobody is told which. */
  readonly hasToken: boolean;
  /** `undefined`: the app gave a function that fetches them. */
  readonly iceServers: readonly IceServerView[] | undefined;
  readonly icePolicy: RTCIceTransportPolicy;
}

/** What became of a change. */
export interface Reconfiguration {
  /** Whether the room must be left and entered again for it to hold. */
  readonly needsRejoin: boolean;
  /** Puts in force what was before; does nothing once something else is. */
  undo(): void;
}

/**
 * What `diagnose()` and `testSettings()` ask a transport to look at. `platform`: what it needs of this platform; opens nothing.
 * `server`: its signalling server. `paths`: the ways from this device to others.
 */
export interface ExaminationRequest {
  readonly part: "platform" | "server" | "paths";
  /** Looks at what would hold after this change, which is not made. */
  readonly change?: SignalingChange;
  /** Asks the server, where it can tell, whether it would let us into this room; nobody in it notices. */
  readonly room?: string;
  readonly runtime: Runtime;
  /** Past this time nobody waits for the answer: what is known by then is to be told. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a transport found wrong, and what it saw. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
}

/** A way to find peers of a room and to open links to them. Making one has no side effect. */
export interface Transport {
  readonly name: string;
  enter(context: TransportContext): TransportRoom;
  /** What is in force; the same object until that changes. */
  settings?(): TransportSettings;
  /**
   * Applies a change, all of it or nothing.
   * @throws SwarmError `invalid-option`
   */
  configure?(change: SignalingChange): Reconfiguration;
  /**
   * Looks for what keeps this peer from the server or from others, beside whatever is open: no live connection is
   * touched, and nothing that it opens outlives the promise. What it finds is a value; it rejects only when aborted, or
   * with `invalid-option` where `change` cannot be made.
   */
  examine?(request: ExaminationRequest): Promise<Examination>;
}
