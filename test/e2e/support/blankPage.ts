/**
 * What runs in every page of the lab: the library itself, stock PeerJS, and a record of what happened to the
 * one swarm of the page.
 */
import { Peer } from "peerjs";
import type { Clock, PeerTransportOptions, Runtime, Swarm, SwarmOptions, SwarmSnapshot } from "peerswarm";
import * as peerswarm from "peerswarm";

export interface LabSwarmOptions extends Omit<SwarmOptions, "transport" | "runtime" | "admit"> {
  readonly url?: string;
  /** Message types that are recorded; default `chat`. */
  readonly record?: readonly string[];
  /** The higher id does not wait for the lower one's dial: both dial at once. */
  readonly dialsAtOnce?: boolean;
}

/** A message as it came. */
export interface ReceivedMessage {
  readonly type: string;
  readonly payload: unknown;
  readonly from: string;
  readonly lane: string;
  readonly atMs: number;
}

/** An event of the swarm, or of a connection under it, as it came. */
export interface RecordedEvent {
  readonly name: string;
  readonly atMs: number;
  readonly peerId: string | undefined;
  readonly linkId: string | undefined;
  /** Why a peer left, or the code of the error behind a status. */
  readonly reason: string | undefined;
  /** Status of the swarm, or state of the peer. */
  readonly state: string | undefined;
}

declare global {
  interface Window {
    peerswarm: typeof peerswarm;
    PeerJs: typeof Peer;
    swarm: Swarm;
    /** For tests with many swarms in a page. */
    swarms: Swarm[];
    received: ReceivedMessage[];
    happened: RecordedEvent[];
    /** Makes a swarm with the lab's defaults and records it; the latest one is `window.swarm`. */
    createLabSwarm(options: LabSwarmOptions & PeerTransportOptions): Swarm;
    /** For waits inside of a page; rejects after 15 s. */
    untilState(swarm: Swarm, predicate: (snapshot: SwarmSnapshot) => boolean): Promise<void>;
    untilTrue(predicate: () => boolean): Promise<void>;
    /** RTCPeerConnections that are not closed; counts from the page's beginning. */
    openConnections(): number;
    openConnectionList(): RTCPeerConnection[];
    /** Ends what a test started in the page; returns how many messages it sent. */
    stopSending(): number;
    /** RTCPeerConnections ever made. */
    madeConnections: number;
  }
}

function note(name: string, fields: Partial<RecordedEvent>): void {
  const empty = { peerId: undefined, linkId: undefined, reason: undefined, state: undefined };
  window.happened.push({ name, atMs: Date.now(), ...empty, ...fields });
}

const PlainConnection = window.RTCPeerConnection;
const connections = new Set<RTCPeerConnection>();
window.madeConnections = 0;
window.RTCPeerConnection = class extends PlainConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    window.madeConnections++;
    connections.add(this);
    const number = window.madeConnections;
    this.addEventListener("connectionstatechange", () =>
      note("connection", { linkId: `connection ${number}`, state: this.connectionState }),
    );
  }
};
window.openConnectionList = () => {
  for (const connection of [...connections])
    if (connection.signalingState === "closed") connections.delete(connection);
  return [...connections];
};
window.openConnections = () => window.openConnectionList().length;

function record(swarm: Swarm, types: readonly string[]): void {
  for (const type of types) {
    swarm.on(type, (payload, { from, lane }) => {
      window.received.push({ type, payload, from: from.peerId, lane, atMs: Date.now() });
    });
  }
  swarm.events.on("status-changed", ({ status, reason }) =>
    note("status-changed", { state: status, reason: reason?.code }),
  );
  for (const name of ["peer-joined", "peer-updated"] as const)
    swarm.events.on(name, ({ peerId, linkId, state }) => note(name, { peerId, linkId, state }));
  swarm.events.on("peer-left", ({ peerId, reason }) => note("peer-left", { peerId, reason }));
  swarm.events.on("limit-exceeded", ({ code, peerId }) => note("limit-exceeded", { peerId, reason: code }));
  swarm.events.on("error", (error) => note("error", { reason: `${error.code}: ${error.message}` }));
}

window.peerswarm = peerswarm;
window.PeerJs = Peer;
window.received = [];
window.happened = [];
window.untilState = (swarm, predicate) =>
  new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      stop();
      settle();
    };
    const check = (): void => {
      if (predicate(swarm.store.getSnapshot())) finish(resolve);
    };
    const timer = setTimeout(() => {
      const { status, signaling, peers, connecting, stats } = swarm.store.getSnapshot();
      const seen = JSON.stringify({ status, signaling, peers, connecting, dropped: stats.dropped });
      finish(() => reject(new Error(`Not within 15 s; state: ${seen}`)));
    }, 15_000);
    const stop = swarm.store.subscribe(check);
    check();
  });
window.untilTrue = (predicate) =>
  new Promise((resolve, reject) => {
    const giveUpAt = performance.now() + 15_000;
    const check = (): void => {
      if (predicate()) resolve();
      else if (performance.now() > giveUpAt) reject(new Error(`Not within 15 s: ${predicate}`));
      else setTimeout(check, 10);
    };
    check();
  });

/** Time that lets the higher id's wait for the lower id's dial pass at once. */
const impatientRuntime = (): Runtime => {
  const GRACE_MS = 3000;
  const { clock } = peerswarm.platformRuntime;
  const impatient: Clock = {
    ...clock,
    now: () => clock.now(),
    setTimer: (delayMs, run) => clock.setTimer(delayMs === GRACE_MS ? 0 : delayMs, run),
  };
  return { ...peerswarm.platformRuntime, clock: impatient };
};

window.createLabSwarm = ({ url, key, token, iceServers = [], icePolicy, record: types, ...options }) => {
  const { dialsAtOnce = false, ...swarmOptions } = options;
  const transport = peerswarm.peerTransport({ url, key, token, iceServers, icePolicy });
  window.swarm = peerswarm.createSwarm({
    identity: "session",
    signalingRetryMs: 300,
    ...(dialsAtOnce ? { runtime: impatientRuntime() } : {}),
    ...swarmOptions,
    transport,
  });
  record(window.swarm, types ?? ["chat"]);
  return window.swarm;
};
