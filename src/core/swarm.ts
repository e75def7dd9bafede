import type { Cancel } from "./clock.js";
import { Emitter, type EventSource } from "./emitter.js";
import { abortedError, SwarmError, toSwarmError } from "./errors.js";
import { type Identity, resolveIdentity } from "./identity/identity.js";
import type { AgentId, PeerId } from "./identity/ids.js";
import type { MeshEvents } from "./mesh/mesh.js";
import {
  assertAppType,
  describeIssue,
  type MessageDefinition,
  RESERVED_TYPE_PREFIX,
  validateNow,
} from "./messages/definition.js";
import { createRouter, type MessageHandler } from "./messages/router.js";
import { assertProfile, checkRoom, resolveSettings, type SwarmOptions } from "./options.js";
import type { ProtocolPort } from "./protocols/builtin.js";
import { startGoodbye } from "./protocols/goodbye.js";
import { startHeartbeat } from "./protocols/heartbeat.js";
import { startProfileExchange } from "./protocols/profile.js";
import { type BandwidthSnapshot, SERIES_STEP_MS } from "./stats/bandwidth.js";
import { createStatsBook, type StatsSnapshot } from "./stats/statsBook.js";
import { type Stay, startStay } from "./stay.js";
import { isSameProfile, reduceSwarm } from "./store/reducer.js";
import {
  EMPTY_PROFILE,
  initialSnapshot,
  type PeerGoneReason,
  type PeerSnapshot,
  type Profile,
  type SignalingSnapshot,
  type SwarmSnapshot,
  type SwarmStatus,
} from "./store/snapshot.js";
import { createStore, type ReadableStore } from "./store/store.js";
import { peerTransport } from "./transport/peerjs/peerTransport.js";
import type { LaneName, SignalingChange } from "./transport/transport.js";
import { assertSendable, type MessageMetadata } from "./wire/message.js";

/** Statistics reach the store at most this often. */
export const STATS_TICK_MS = 250;
const DEFAULT_JOIN_TIMEOUT_MS = 30_000;

/** What `swarm.events.on` tells of. */
export interface SwarmEvents {
  "status-changed": { readonly status: SwarmStatus; readonly reason: SwarmError | undefined };
  "signaling-changed": SignalingSnapshot;
  "peer-joined": PeerSnapshot;
  "peer-updated": PeerSnapshot;
  "peer-left": { readonly peerId: PeerId; readonly agentId: AgentId; readonly reason: PeerGoneReason };
  /** Something was dropped: malformed, forged, repeated, unknown, over a limit. Also counted in the statistics. */
  "limit-exceeded": { readonly code: string; readonly peerId: PeerId | undefined };
  error: SwarmError;
}

/** How a message is sent. */
export interface SendOptions extends MessageMetadata {
  /** Default `control`. */
  readonly lane?: LaneName;
}

/** What `getStats()` tells at a glance; the whole is in the store. */
export interface SwarmStats extends StatsSnapshot {
  readonly peerIds: readonly PeerId[];
  readonly peerCount: number;
  /** Capabilities of this member and of the connected ones, each with the number of members that claim it. */
  readonly capabilities: Readonly<Record<string, number>>;
}

/** What `getSignalingStatus()` tells. */
export interface SignalingStatus {
  readonly connected: boolean;
  readonly server: string;
  readonly room: string;
  readonly peerId: PeerId | undefined;
}

/** This process's membership of one room. */
export interface Swarm {
  /** All live state, immutable and structurally shared; what hooks subscribe to. */
  readonly store: ReadableStore<SwarmSnapshot>;
  readonly events: EventSource<SwarmEvents>;
  /**
   * Enters the room. Resolves once the signalling server has let us in; links follow. While a join or a stay
   * is under way it waits for that one.
   * @param options.timeoutMs default 30,000; after it the promise rejects and the swarm goes on trying
   * @throws SwarmError `join-timeout`, `insecure-context`, `unauthorized`, `room-full`, `left`, `aborted`, …
   */
  join(options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>;
  /** Says goodbye and closes everything; resolves when nothing is left. Harmless when not joined. */
  leave(): Promise<void>;
  /** Tries signalling at once instead of at the next planned time, or checks that it still works. */
  reconnect(): void;
  /**
   * Changes server, room, token or ICE without a reload. What open links do not need to know applies live;
   * anything else leaves the room and enters it again.
   * @throws SwarmError as `join` does
   */
  configureSignaling(change: SignalingChange & { readonly room?: string }): Promise<void>;
  /** Changes what this member says of itself, if anything, and tells every peer. Returns how many were told. */
  announce(change?: Partial<Profile>): number;
  /**
   * Sends to one peer. `true`: queued on an open link. `false`: there is none.
   * @throws SwarmError `invalid-payload`, `payload-too-large`, `queue-full`
   */
  send<Input>(
    peerId: PeerId,
    type: MessageDefinition<Input, unknown>,
    payload: Input,
    options?: SendOptions,
  ): boolean;
  send(peerId: PeerId, type: string, payload?: unknown, options?: SendOptions): boolean;
  /**
   * Sends to every connected peer and returns to how many it went. A peer whose queue is full is left out
   * (event `limit-exceeded`).
   * @throws SwarmError `invalid-payload`, `payload-too-large`
   */
  broadcast<Input>(type: MessageDefinition<Input, unknown>, payload: Input, options?: SendOptions): number;
  broadcast(type: string, payload?: unknown, options?: SendOptions): number;
  /** Calls `handler` for each verified message of this type. Returns the way to stop. */
  on<Output>(type: MessageDefinition<unknown, Output>, handler: MessageHandler<Output>): Cancel;
  on(type: string, handler: MessageHandler<unknown>): Cancel;
  /** Drops the app messages of an agent from now on, unseen; its links stay. */
  mute(agentId: AgentId): void;
  unmute(agentId: AgentId): void;
  /** Closes every link to an agent and refuses it from now on. */
  ban(agentId: AgentId): void;
  unban(agentId: AgentId): void;
  getStats(): SwarmStats;
  /** KB/s up, down and total over the last 10 s, computed now. */
  getBandwidth(): BandwidthSnapshot;
  getSignalingStatus(): SignalingStatus;
}

/**
 * Makes a swarm. It is inert: nothing is opened, read or sent before `join()`.
 * @throws SwarmError `invalid-option`
 * @example
 * const swarm = createSwarm({ room: "lobby", name: "Ada" });
 * swarm.on("chat", (text, { from }) => console.log(from.peerId, text));
 * await swarm.join();
 * swarm.broadcast("chat", "hello");
 */
export function createSwarm(options: SwarmOptions = {}): Swarm {
  const settings = resolveSettings(options);
  const { runtime } = settings;
  const { clock } = runtime;
  const transport = options.transport ?? peerTransport();
  let room = settings.room;

  const events = new Emitter<SwarmEvents>((error) => reportHandlerError(error, "An event handler"));
  const store = createStore(initialSnapshot(transport.name, room, settings.profile), reduceSwarm, (error) =>
    reportHandlerError(error, "A store listener"),
  );
  const router = createRouter((error, info) => reportHandlerError(error, `The handler of "${info.type}"`));
  const stats = createStatsBook(() => clock.now());
  const muted = new Set<AgentId>();
  const banned = new Set<AgentId>();

  let stay: Stay | undefined;
  let starting: { readonly promise: Promise<Stay>; readonly controller: AbortController } | undefined;
  let leaving: Promise<void> | undefined;
  let messageCount = 0;
  let cancelTick: Cancel | undefined;
  let stopListening: Cancel | undefined;

  function reportHandlerError(thrown: unknown, who: string): void {
    const error = new SwarmError("handler-failed", {
      what: `${who} threw.`,
      why: thrown instanceof Error ? thrown.message : String(thrown),
      fix: "Catch it there: the swarm goes on, but what the handler was to do is not done.",
      cause: thrown,
    });
    // A handler of "error" that throws must not call itself.
    queueMicrotask(() => events.emit("error", error));
  }

  // --- what happens to peers, into the store and the events -----------------------------------

  const peerSnapshot = (peerId: PeerId): PeerSnapshot | undefined =>
    store.getSnapshot().peers.find((peer) => peer.peerId === peerId);

  const updatePeer = (peerId: PeerId, change: Partial<PeerSnapshot>): void => {
    const before = peerSnapshot(peerId);
    store.dispatch({ type: "peer-updated", peerId, change });
    const after = peerSnapshot(peerId);
    if (after !== undefined && after !== before) events.emit("peer-updated", after);
  };

  const countDropped = (code: string, peerId: PeerId | undefined): void => {
    stats.countDropped(code);
    events.emit("limit-exceeded", { code, peerId });
  };

  const meshEvents: MeshEvents = {
    proven({ peerId, agentId }, link) {
      const peer: PeerSnapshot = {
        peerId,
        agentId,
        state: "connected",
        profile: EMPTY_PROFILE,
        connectedAtMs: clock.now(),
        roundTripMs: undefined,
        isMuted: muted.has(agentId),
        linkId: link.id,
      };
      store.dispatch({ type: "peer-joined", peer });
      events.emit("peer-joined", peer);
      profiles.ask(peerId);
    },
    relinked: (peerId, link) => updatePeer(peerId, { linkId: link.id }),
    stateChanged: (peerId, state) => updatePeer(peerId, { state }),
    gone(peerId, reason) {
      const peer = peerSnapshot(peerId);
      heartbeat.forget(peerId);
      stats.forgetPeer(peerId);
      store.dispatch({ type: "peer-left", peerId });
      if (peer !== undefined) events.emit("peer-left", { peerId, agentId: peer.agentId, reason });
    },
    connecting: (peer) => store.dispatch({ type: "connecting-changed", peer }),
    connectingEnded: (peerId) => store.dispatch({ type: "connecting-ended", peerId }),
    frame: (direction, peerId, lane, bytes) => stats.countFrame(direction, peerId, lane, bytes),
    dropped: countDropped,
    probe: (peerId) => heartbeat.probe(peerId),
    message(message) {
      const { fromPeer, fromAgent, lane } = message.context;
      const { type } = message.content;
      if (muted.has(fromAgent) && !type.startsWith(RESERVED_TYPE_PREFIX))
        return countDropped("muted", fromPeer);
      const delivery = router.deliver(message);
      if (delivery !== "delivered") return countDropped(delivery, fromPeer);
      stats.countMessage("received", { peerId: fromPeer, lane, type, bytes: message.bytes });
    },
  };

  // --- sending --------------------------------------------------------------------------------

  const prepare = (
    target: string | MessageDefinition,
    payload: unknown,
    metadata: MessageMetadata | undefined,
  ): string => {
    const type = typeof target === "string" ? target : target.type;
    if (typeof target !== "string") {
      const result = validateNow(target, payload);
      if ("issues" in result) {
        throw new SwarmError("invalid-payload", {
          what: `This payload is not a valid "${type}":`,
          why: describeIssue(result.issues[0]),
          fix: "Send what the schema of the message describes.",
        });
      }
    }
    assertSendable(type, payload, metadata);
    return type;
  };

  const sendTo = (
    peerId: PeerId,
    type: string,
    payload: unknown,
    number: number,
    options: SendOptions,
  ): boolean => {
    const session = stay?.mesh.session(peerId);
    if (session === undefined || session.link.state === "closed") return false;
    const { lane = "control", ...metadata } = options;
    const bytes = session.send({ type, payload, number, lane, metadata: emptyToUndefined(metadata) });
    stats.countMessage("sent", { peerId, lane, type, bytes });
    return true;
  };

  const send = (
    peerId: PeerId,
    target: string | MessageDefinition,
    payload?: unknown,
    options: SendOptions = {},
  ): boolean => {
    const { lane: _, ...metadata } = options;
    const type = prepare(target, payload, emptyToUndefined(metadata));
    if (stay?.mesh.session(peerId) === undefined) return false;
    return sendTo(peerId, type, payload, ++messageCount, options);
  };

  const broadcast = (
    target: string | MessageDefinition,
    payload?: unknown,
    options: SendOptions = {},
  ): number => {
    const { lane: _, ...metadata } = options;
    const type = prepare(target, payload, emptyToUndefined(metadata));
    if (stay === undefined) return 0;
    const number = ++messageCount;
    let reached = 0;
    for (const session of stay.mesh.sessions()) {
      try {
        if (sendTo(session.proven.peerId, type, payload, number, options)) reached++;
      } catch (error) {
        if (!(error instanceof SwarmError) || error.code !== "queue-full") throw error;
        countDropped("queue-full", session.proven.peerId);
      }
    }
    return reached;
  };

  // --- built-in protocols ---------------------------------------------------------------------

  const port: ProtocolPort = {
    send(peerId, definition, payload, lane) {
      try {
        return send(peerId, definition as MessageDefinition, payload, lane === undefined ? {} : { lane });
      } catch (error) {
        // Built-in payloads are valid by construction, so only a full queue can end here.
        events.emit(
          "error",
          toSwarmError(error, "internal", `A "${definition.type}" message could not be sent.`),
        );
        return false;
      }
    },
    on: (definition, handler) => router.on(definition as MessageDefinition, handler as MessageHandler<never>),
  };
  const heartbeat = startHeartbeat({
    port,
    clock,
    onRoundTrip: (peerId, roundTripMs) => updatePeer(peerId, { roundTripMs }),
  });
  const goodbye = startGoodbye(port, (peerId) => stay?.mesh.dismiss(peerId, "left"));
  const profiles = startProfileExchange({
    port,
    ownProfile: () => store.getSnapshot().self.profile,
    onProfile(peerId, profile) {
      const known = peerSnapshot(peerId)?.profile;
      if (known !== undefined && !isSameProfile(known, profile)) updatePeer(peerId, { profile });
    },
  });

  // --- statistics -----------------------------------------------------------------------------

  let lastStep = -1;
  let lastVersion = 0;
  const publishStats = (): void => {
    const step = Math.floor(clock.now() / SERIES_STEP_MS);
    const isMoving =
      stats.version !== lastVersion || store.getSnapshot().bandwidth.total > 0 || step !== lastStep;
    lastStep = step;
    lastVersion = stats.version;
    if (!isMoving) return;
    store.dispatch({
      type: "stats-ticked",
      stats: stats.snapshot(),
      bandwidth: stats.bandwidth(),
      activity: stats.activity(),
    });
  };
  const tick = (): void => {
    publishStats();
    cancelTick = clock.setTimer(STATS_TICK_MS, tick);
  };

  // --- joining and leaving --------------------------------------------------------------------

  const setStatus = (status: SwarmStatus, signaling: Partial<SignalingSnapshot>): void => {
    const before = store.getSnapshot();
    store.dispatch({ type: "status-changed", status, signaling });
    const after = store.getSnapshot();
    if (after.signaling !== before.signaling) events.emit("signaling-changed", after.signaling);
    if (after.status !== before.status)
      events.emit("status-changed", { status, reason: after.signaling.reason });
  };

  const setOff = (reason: SwarmError | undefined): void => {
    cancelTick?.();
    cancelTick = undefined;
    stopListening?.();
    stopListening = undefined;
    publishStats();
    store.dispatch({ type: "self-changed", self: { peerId: undefined } });
    setStatus("off", {
      isConnected: false,
      peerId: undefined,
      reason,
      nextTryAtMs: undefined,
      failedTries: 0,
      connectedAtMs: undefined,
    });
  };

  const start = async (signal: AbortSignal): Promise<Stay> => {
    setStatus("joining", { reason: undefined, room });
    const identity: Identity = await resolveIdentity(settings.identity, await runtime.ed25519());
    if (signal.aborted) throw abortedError("Joining", signal);
    const begun = await startStay({
      transport,
      settings: {
        ...settings,
        admit: (peer) => (banned.has(peer.agentId) ? "This agent is banned here." : settings.admit(peer)),
      },
      room,
      identity,
      meshEvents,
      onStatus: setStatus,
      onFatal: (error) => void end(error),
      onNotice: (notice) => setStatus(store.getSnapshot().status, { notice }),
    });
    if (signal.aborted) {
      await begun.end(() => undefined);
      throw abortedError("Joining", signal);
    }
    stay = begun;
    store.dispatch({ type: "self-changed", self: { peerId: begun.peerId, agentId: identity.agentId } });
    setStatus(store.getSnapshot().status, { peerId: begun.peerId, server: begun.server, room });
    stopListening = listenToPage();
    tick();
    return begun;
  };

  // A page that goes away closes its links at once instead of leaving the others to time-outs.
  const listenToPage = (): Cancel => {
    if (typeof globalThis.addEventListener !== "function") return () => undefined;
    const onHide = (): void => stay?.abandon();
    const onShow = (event: Event): void => {
      if ((event as PageTransitionEvent).persisted)
        void end(undefined)
          .then(() => join())
          .catch(() => undefined);
    };
    const onOnline = (): void => reconnect();
    globalThis.addEventListener("pagehide", onHide);
    globalThis.addEventListener("pageshow", onShow);
    globalThis.addEventListener("online", onOnline);
    return () => {
      globalThis.removeEventListener("pagehide", onHide);
      globalThis.removeEventListener("pageshow", onShow);
      globalThis.removeEventListener("online", onOnline);
    };
  };

  const ensureStay = (): Promise<Stay> => {
    if (stay !== undefined) return Promise.resolve(stay);
    if (starting !== undefined) return starting.promise;
    const controller = new AbortController();
    const promise = (leaving ?? Promise.resolve())
      .then(() => {
        if (controller.signal.aborted) throw abortedError("Joining", controller.signal);
        return start(controller.signal);
      })
      .catch((thrown: unknown) => {
        const error = toSwarmError(thrown, "internal", "The swarm could not start.");
        if (starting?.controller === controller) setOff(error.code === "left" ? undefined : error);
        throw error;
      })
      .finally(() => {
        if (starting?.controller === controller) starting = undefined;
      });
    starting = { promise, controller };
    return promise;
  };

  const join: Swarm["join"] = async ({ timeoutMs = DEFAULT_JOIN_TIMEOUT_MS, signal } = {}) => {
    if (signal?.aborted) throw abortedError("Joining", signal);
    const joined = await ensureStay();
    await joined.membership.entered({ timeoutMs, signal });
  };

  const end = (reason: SwarmError | undefined): Promise<void> => {
    starting?.controller.abort(new SwarmError("left", { what: "leave() was called while joining." }));
    const ending = stay;
    const begun = starting?.promise;
    starting = undefined;
    if (leaving !== undefined && ending === undefined && begun === undefined) return leaving;
    const done = (leaving ?? Promise.resolve())
      .then(() => begun?.catch(() => undefined))
      .then(() => ending?.end(() => sayGoodbye(ending)))
      .then(() => {
        if (stay === ending) stay = undefined;
        if (leaving === done) leaving = undefined;
        if (starting === undefined) setOff(reason);
      });
    leaving = done;
    return done;
  };

  const sayGoodbye = (ending: Stay): void => {
    for (const session of ending.mesh.sessions()) goodbye.say(session.proven.peerId);
  };

  const reconnect = (): void => stay?.membership.retryNow();

  const setMuted = (agentId: AgentId, isMuted: boolean): void => {
    if (isMuted) muted.add(agentId);
    else muted.delete(agentId);
    for (const peer of store.getSnapshot().peers)
      if (peer.agentId === agentId) updatePeer(peer.peerId, { isMuted });
  };

  const swarm: Swarm = {
    store,
    events,
    join,
    leave: () => end(undefined),
    reconnect,
    async configureSignaling({ room: newRoom, ...change }) {
      const roomChanges = newRoom !== undefined && checkRoom(newRoom) !== room;
      const verdict = Object.keys(change).length === 0 ? "live" : (transport.configure?.(change) ?? "live");
      if (newRoom !== undefined) room = newRoom;
      const isActive = stay !== undefined || starting !== undefined;
      if (!isActive) return setStatus("off", { room, server: transport.name });
      if (!roomChanges && verdict === "live") return stay?.membership.isConnected ? undefined : reconnect();
      await end(undefined);
      await join();
    },
    announce(change = {}) {
      const profile = { ...store.getSnapshot().self.profile, ...change };
      assertProfile(profile);
      store.dispatch({ type: "self-changed", self: { profile } });
      let told = 0;
      for (const session of stay?.mesh.sessions() ?? [])
        if (profiles.announceTo(session.proven.peerId)) told++;
      return told;
    },
    send(
      peerId: PeerId,
      target: string | MessageDefinition<unknown, unknown>,
      payload?: unknown,
      options?: SendOptions,
    ) {
      assertAppType(typeof target === "string" ? target : target.type);
      return send(peerId, target as MessageDefinition, payload, options);
    },
    broadcast(
      target: string | MessageDefinition<unknown, unknown>,
      payload?: unknown,
      options?: SendOptions,
    ) {
      assertAppType(typeof target === "string" ? target : target.type);
      return broadcast(target as MessageDefinition, payload, options);
    },
    on(target: string | MessageDefinition<unknown, unknown>, handler: MessageHandler<never>) {
      assertAppType(typeof target === "string" ? target : target.type);
      return router.on(target as MessageDefinition, handler);
    },
    mute: (agentId) => setMuted(agentId, true),
    unmute: (agentId) => setMuted(agentId, false),
    ban(agentId) {
      banned.add(agentId);
      for (const peer of store.getSnapshot().peers) {
        if (peer.agentId === agentId) stay?.mesh.dismiss(peer.peerId, "banned");
      }
    },
    unban: (agentId) => void banned.delete(agentId),
    getStats() {
      const { peers, self } = store.getSnapshot();
      return {
        ...stats.snapshot(),
        peerIds: peers.map((peer) => peer.peerId),
        peerCount: peers.length,
        capabilities: countCapabilities([self.profile, ...peers.map((peer) => peer.profile)]),
      };
    },
    getBandwidth: () => stats.bandwidth(),
    getSignalingStatus() {
      const { isConnected, server, room: where, peerId } = store.getSnapshot().signaling;
      return { connected: isConnected, server, room: where, peerId };
    },
  };
  return swarm;
}

function emptyToUndefined(metadata: MessageMetadata): MessageMetadata | undefined {
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

function countCapabilities(profiles: readonly Profile[]): Record<string, number> {
  const counts: Record<string, number> = Object.create(null);
  for (const { capabilities } of profiles) {
    for (const capability of new Set(capabilities)) counts[capability] = (counts[capability] ?? 0) + 1;
  }
  return counts;
}
