import { settleWithin, unlessAborted } from "./abort.js";
import { createAttendance } from "./attendance.js";
import type { Bytes } from "./bytes.js";
import type { Cancel } from "./clock.js";
import { startConsensus } from "./consensus/consensus.js";
import { startDiagnosis } from "./diagnosis/diagnosis.js";
import { Emitter } from "./emitter.js";
import { abortedError, SwarmError, textOf, toSwarmError } from "./errors.js";
import { type Identity, resolveIdentity } from "./identity/identity.js";
import type { AgentId, PeerId } from "./identity/ids.js";
import { startKnowledge } from "./knowledge/knowledge.js";
import { type ReliableOptions, startMailbox } from "./mailbox/mailbox.js";
import type { MeshEvents } from "./mesh/mesh.js";
import { createBackpressure } from "./messages/backpressure.js";
import { assertAppType, type MessageDefinition, RESERVED_TYPE_PREFIX } from "./messages/definition.js";
import { createMessenger, type SendOptions } from "./messages/messenger.js";
import { createRouter, type MessageHandler } from "./messages/router.js";
import { assertProfile, resolveSettings, type SwarmOptions } from "./options.js";
import { watchPage } from "./pageLife.js";
import type { PresenceDefinition } from "./presence/definition.js";
import type { PresenceChannel } from "./presence/presence.js";
import type { PortEvents, PortSelf, ProtocolPort } from "./protocols/builtin.js";
import { createDeclarations } from "./protocols/declarations.js";
import { startGoodbye } from "./protocols/goodbye.js";
import { startHeartbeat } from "./protocols/heartbeat.js";
import { startProfileExchange } from "./protocols/profile.js";
import type { RequestHandler } from "./requests/answering.js";
import type { RequestTarget } from "./requests/asking.js";
import { startRequests } from "./requests/requests.js";
import { startKeyRing } from "./sealing/keyRing.js";
import { startSealedMessages } from "./sealing/sealedMessages.js";
import { createGuessBook } from "./secret/guessBook.js";
import type { SecretGate } from "./secret/secretProof.js";
import { createConfiguring } from "./settings/configuring.js";
import type { SharedDefinition } from "./shared/definition.js";
import type { SharedState } from "./shared/sharedState.js";
import { createQualityBook } from "./stats/linkQuality.js";
import { createQualityMonitor } from "./stats/qualityMonitor.js";
import type { DroppedMessage } from "./stats/recentEvents.js";
import { createStatsBook } from "./stats/statsBook.js";
import { createStatsTicker } from "./stats/statsTicker.js";
import type { Stay } from "./stay.js";
import { isCrowdNews, isSameProfile, reduceSwarm } from "./store/reducer.js";
import {
  EMPTY_PROFILE,
  initialSnapshot,
  type PeerSnapshot,
  type Profile,
  type SignalingSnapshot,
  type SwarmStatus,
} from "./store/snapshot.js";
import { createStore } from "./store/store.js";
import type { Swarm, SwarmEvents } from "./swarmApi.js";
import { createTasks } from "./tasks/facade.js";
import { startTopology } from "./topology/topology.js";
import type { SendLargeOptions } from "./transfers/transfer.js";
import { startTransfers } from "./transfers/transfers.js";
import { peerTransport } from "./transport/peerjs/peerTransport.js";
import { startWitness } from "./witness/witness.js";

const DEFAULT_JOIN_TIMEOUT_MS = 30_000;

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
  let { room, secret } = settings;
  let gate = gateOf(secret);

  const events = new Emitter<SwarmEvents>((error, name) => {
    // A handler of "error" that throws would be told of its own error for ever: the page hears of it instead.
    if (name === "error") globalThis.reportError?.(error);
    else reportHandlerError(error, `A handler of the event "${name}"`);
  });
  const store = createStore({
    initial: initialSnapshot(transport.name, room, settings.profile),
    reduce: reduceSwarm,
    onListenerError: (error) => reportHandlerError(error, "A store listener"),
    pace: { clock, everyMs: runtime.newsEveryMs ?? 0, canWait: isCrowdNews },
  });
  const happenings = new Emitter<PortEvents>((error) =>
    events.emit("error", toSwarmError(error, "internal", "A part of the swarm failed.")),
  );
  const router = createRouter((error, info) => reportHandlerError(error, `The handler of "${info.type}"`));
  const stats = createStatsBook(() => clock.now());
  const quality = createQualityBook(() => clock.now());
  const muted = new Set<AgentId>();
  const banned = new Set<AgentId>();
  /** Peers that are muted for sending too much. */
  const heldBack = new Map<PeerId, AgentId>();

  let stopWatching: Cancel | undefined;

  // Outlives a stay: who guesses gains nothing by our coming again.
  function gateOf(secret: Bytes | undefined): SecretGate | undefined {
    return secret && { secret, guesses: createGuessBook(clock) };
  }
  let present: PortSelf | undefined;

  function reportHandlerError(thrown: unknown, who: string): void {
    const error = new SwarmError("handler-failed", {
      what: `${who} threw.`,
      why: textOf(thrown),
      fix: "Catch it there: the swarm goes on, but what the handler was to do is not done.",
      cause: thrown,
    });
    // Whoever called the handler is in the middle of something.
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

  const countDropped = (code: string, peerId: PeerId | undefined, message?: DroppedMessage): void => {
    stats.countDropped(code, peerId, message);
    witness.dropped(code, peerId);
    events.emit("limit-exceeded", { code, peerId });
  };

  const meshEvents: MeshEvents = {
    proven({ peerId, agentId, sealingKey }, link) {
      // The ban can fall between our welcome and theirs.
      if (banned.has(agentId)) return attendance.stay?.mesh.dismiss(peerId, "banned");
      const peer: PeerSnapshot = {
        peerId,
        agentId,
        state: "connected",
        profile: EMPTY_PROFILE,
        connectedAtMs: clock.now(),
        roundTripMs: undefined,
        isMuted: muted.has(agentId),
        restraint: attendance.stay?.mesh.restraint(peerId),
        linkId: link.id,
      };
      store.dispatch({ type: "peer-joined", peer });
      events.emit("peer-joined", peer);
      profiles.ask(peerId);
      happenings.emit("joined", { peerId, agentId, sealingKey });
    },
    relinked(peerId, link) {
      updatePeer(peerId, { linkId: link.id });
      const peer = peerSnapshot(peerId);
      if (peer !== undefined) happenings.emit("relinked", { peerId, agentId: peer.agentId });
    },
    stateChanged: (peerId, state) => updatePeer(peerId, { state }),
    gone(peerId, reason) {
      const peer = peerSnapshot(peerId);
      heldBack.delete(peerId);
      heartbeat.forget(peerId);
      quality.forget(peerId);
      stats.forgetPeer(peerId);
      store.dispatch({ type: "peer-left", peerId });
      if (peer === undefined) return;
      events.emit("peer-left", { peerId, agentId: peer.agentId, reason });
      happenings.emit("left", { peerId, agentId: peer.agentId, reason });
    },
    connecting: (peer) => store.dispatch({ type: "connecting-changed", peer }),
    connectingEnded: (peerId) => store.dispatch({ type: "connecting-ended", peerId }),
    frame: (direction, peerId, lane, bytes) => stats.countFrame(direction, peerId, lane, bytes),
    witnessed: (peerId, frame) => witness.frame({ peerId, ...frame }),
    dropped: countDropped,
    restrained(peerId, restraint, before) {
      updatePeer(peerId, { restraint });
      const peer = peerSnapshot(peerId);
      if (peer !== undefined && restraint?.stage === "muted") heldBack.set(peerId, peer.agentId);
      else heldBack.delete(peerId);
      const code = (restraint ?? before)?.reason ?? "";
      if (restraint?.stage !== before?.stage)
        events.emit("limit-exceeded", { code, peerId, stage: restraint?.stage ?? "free" });
    },
    overflowed: (peerId, code) => events.emit("limit-exceeded", { code, peerId, stage: "dropped" }),
    attempted: (outcome) => store.dispatch({ type: "attempt-ended", outcome }),
    probe: (peerId) => heartbeat.probe(peerId),
    slept: (sleptMs) => happenings.emit("slept", { sleptMs }),
    chunk: (peer, frame) => happenings.emit("chunk", { ...peer, frame }),
    message(message) {
      const { fromPeer, fromAgent, lane } = message.context;
      const { type } = message.content;
      const isForApp = !type.startsWith(RESERVED_TYPE_PREFIX);
      const drop = (code: string): void => countDropped(code, fromPeer, { type, lane, bytes: message.bytes });
      if (isForApp && muted.has(fromAgent)) return drop("muted");
      if (!router.handles(type)) attendance.stay?.mesh.unhandled(fromPeer);
      if (isForApp && heldBack.has(fromPeer)) return drop("restrained");
      const delivery = router.deliver(message);
      if (delivery !== "delivered") return drop(delivery);
      stats.countMessage("received", {
        peerId: fromPeer,
        lane,
        type,
        bytes: message.bytes,
        timeMs: message.receivedAtMs,
      });
      // The handler may have ended the peer.
      if (attendance.stay?.mesh.session(fromPeer) === undefined) stats.forgetPeer(fromPeer);
    },
  };

  const messenger = createMessenger({
    clock,
    targets: () => attendance.stay?.mesh,
    onSent: (message) => stats.countMessage("sent", message),
    onQueueFull: (peerId, message) => countDropped("queue-full", peerId, message),
  });

  const announceProfile = (): number => {
    store.dispatch({ type: "self-changed", self: { profile: declarations.profile } });
    let told = 0;
    for (const session of attendance.stay?.mesh.sessions() ?? [])
      if (profiles.announceTo(session.proven.peerId)) told++;
    return told;
  };

  const declarations = createDeclarations(settings.profile, assertProfile, announceProfile);

  const backpressure = createBackpressure({ clock, targets: () => attendance.stay?.mesh });

  // --- built-in protocols ---------------------------------------------------------------------

  const port: ProtocolPort = {
    runtime,
    get self() {
      return present;
    },
    get room() {
      return present?.room ?? room;
    },
    peers: () => store.getSnapshot().peers,
    snapshot: store.getSnapshot,
    declare: declarations.declare,
    note: (event) => witness.note(event),
    emit: (name, event) => events.emit(name, event as SwarmEvents[typeof name]),
    watch: (name, watcher) => happenings.on(name, watcher),
    hasMuted: (agentId) => muted.has(agentId),
    isMuted: (agentId) =>
      muted.has(agentId) || (heldBack.size > 0 && [...heldBack.values()].includes(agentId)),
    publish: (parts) => store.dispatch({ type: "parts-changed", parts }),
    async sendChunk(peerId, frame) {
      const session = attendance.stay?.mesh.session(peerId);
      if (session === undefined) return false;
      return session.sendChunk(frame).then(
        () => true,
        () => false,
      );
    },
    deliver(payload, info, bytes) {
      const { type, from, lane } = info;
      if (muted.has(from.agentId) || heldBack.has(from.peerId)) return "delivered";
      const delivery = router.deliverPayload(payload, info);
      if (delivery === "delivered")
        stats.countMessage("received", { peerId: from.peerId, lane, type, bytes });
      return delivery;
    },
    deliverAndWait: (payload, info) => router.deliverAndWait(payload, info),
    handles: (type) => router.handles(type),
    punish: (peerId, code) => attendance.stay?.mesh.punish(peerId, code),
    dropped: countDropped,
    handlerFailed: reportHandlerError,
    send(peerId, definition, payload, sendOptions) {
      try {
        return messenger.send(peerId, definition as MessageDefinition, payload, sendOptions);
      } catch (error) {
        // A peer that takes nothing can fill its queue at will: for the app that is a drop like others.
        if (error instanceof SwarmError && error.code === "queue-full")
          countDropped("queue-full", peerId, { type: definition.type, lane: sendOptions?.lane ?? "control" });
        else
          events.emit(
            "error",
            toSwarmError(error, "internal", `A "${definition.type}" message could not be sent.`),
          );
        return false;
      }
    },
    sendOrThrow: (peerId, definition, payload, sendOptions = {}) =>
      messenger.send(peerId, definition as MessageDefinition, payload, sendOptions),
    on: (definition, handler) => router.on(definition as MessageDefinition, handler as MessageHandler<never>),
  };
  const witness = startWitness(port, settings.witness);
  const sealedMessages = startSealedMessages(port);
  const mailbox = startMailbox(port, startKeyRing(port));
  const heartbeat = startHeartbeat({
    port,
    clock,
    onRoundTrip(peerId, roundTripMs) {
      quality.roundTrip(peerId, roundTripMs);
      updatePeer(peerId, { roundTripMs });
    },
  });
  const transfers = startTransfers(port);
  const goodbye = startGoodbye(port, (peerId) => attendance.stay?.mesh.departed(peerId));
  const profiles = startProfileExchange({
    port,
    ownProfile: () => declarations.profile,
    onProfile(peerId, profile) {
      const peer = peerSnapshot(peerId);
      if (peer === undefined) return;
      // Even one that says nothing has said so: it is no longer the empty profile of who was not asked yet.
      if (peer.profile === EMPTY_PROFILE || !isSameProfile(peer.profile, profile))
        updatePeer(peerId, { profile });
      happenings.emit("profiled", { peerId, agentId: peer.agentId });
    },
  });

  const requests = startRequests(port);
  const { knowledge, reflections } = startKnowledge(port, settings.knowledge);

  const diagnose = startDiagnosis(port, transport);
  const consensus = startConsensus(port);
  const topology = startTopology(port);

  // What brings its own code with its definition starts with its first use.
  const parts = new Map<unknown, unknown>();
  const partOf = <Part>(start: (port: ProtocolPort) => Part): Part => {
    if (!parts.has(start)) parts.set(start, start(port));
    return parts.get(start) as Part;
  };

  const monitor = createQualityMonitor({
    clock,
    book: quality,
    sessions: () => attendance.stay?.mesh.sessions() ?? [],
  });
  const ticker = createStatsTicker({
    clock,
    book: stats,
    quality,
    publish: (view) => store.dispatch({ type: "stats-ticked", ...view }),
  });

  // --- joining and leaving --------------------------------------------------------------------

  const witnessSignaling = (before: SignalingSnapshot, after: SignalingSnapshot): void => {
    if (after.isConnected === before.isConnected) return;
    const detail = { server: after.server, room: after.room };
    if (after.isConnected) return witness.note({ kind: "signaling_connected", detail });
    witness.note({ kind: "signaling_lost", detail: { ...detail, reason: after.reason?.code ?? null } });
  };

  const setStatus = (status: SwarmStatus, signaling: Partial<SignalingSnapshot>): void => {
    const before = store.getSnapshot();
    store.dispatch({ type: "status-changed", status, signaling });
    const after = store.getSnapshot();
    if (after.signaling !== before.signaling) events.emit("signaling-changed", after.signaling);
    witnessSignaling(before.signaling, after.signaling);
    if (after.status !== before.status)
      events.emit("status-changed", { status, reason: after.signaling.reason });
  };

  const setOff = (reason: SwarmError | undefined): void => {
    stopWatching?.();
    stopWatching = undefined;
    monitor.stop();
    ticker.stop();
    store.dispatch({ type: "self-changed", self: { peerId: undefined } });
    present = undefined;
    happenings.emit("ended", undefined);
    setStatus("off", {
      isConnected: false,
      peerId: undefined,
      reason,
      nextTryAtMs: undefined,
      failedTries: 0,
      connectedAtMs: undefined,
      notice: undefined,
    });
  };

  const loadIdentity = async (): Promise<Identity> =>
    resolveIdentity(settings.identity, await runtime.ed25519(), runtime.track);

  // What only a stay needs, links and all that goes over them, comes with the first join.
  const loadCode = (): Promise<typeof import("./stay.js")> =>
    runtime.track(import("./stay.js")).catch((error: unknown) => {
      throw toSwarmError(error, "internal", "The code of a stay in a room could not be loaded.");
    });

  const begin = async (signal: AbortSignal): Promise<Stay> => {
    setStatus("joining", { reason: undefined, room });
    // A key store or a platform that never answers must not keep leave() waiting.
    const ready = Promise.all([loadIdentity(), loadCode(), witness.ready()]);
    const [identity, { startStay }] = await unlessAborted(ready, signal, "Joining");
    const stay = await startStay({
      transport,
      settings: { ...settings, admit },
      room,
      identity,
      gate,
      meshEvents,
      onStatus: setStatus,
      // It can fail before this stay is the present one.
      onFatal: (error) =>
        void attendance.join().then(
          () => attendance.leave(error),
          () => undefined,
        ),
      onStep: ({ kind, peerId, ...detail }) => witness.note({ kind, detail: { peer: peerId, ...detail } }),
      onNotice: (notice) => setStatus(store.getSnapshot().status, { notice }),
    });
    store.dispatch({ type: "self-changed", self: { peerId: stay.peerId, agentId: identity.agentId } });
    setStatus(store.getSnapshot().status, { peerId: stay.peerId, server: stay.server, room });
    stopWatching = watchPage({
      onHide: () => attendance.stay?.abandon(),
      onRestore: () => void rejoin().catch(() => undefined),
      onOnline: reconnect,
    });
    ticker.start();
    monitor.start();
    present = { peerId: stay.peerId, identity, room };
    happenings.emit("began", present);
    return stay;
  };

  const admit: typeof settings.admit = (peer) =>
    banned.has(peer.agentId) ? "This agent is banned here." : settings.admit(peer);

  const attendance = createAttendance({
    begin,
    onOff: setOff,
    sayGoodbye: goodbye.say,
  });

  const join: Swarm["join"] = async ({ timeoutMs = DEFAULT_JOIN_TIMEOUT_MS, signal } = {}) => {
    if (signal?.aborted) throw abortedError("Joining", signal);
    const startedAtMs = clock.now();
    const stay = await settleWithin<Stay>(
      {
        clock,
        timeoutMs,
        signal,
        what: "Joining",
        onTimeout: () =>
          new SwarmError("join-timeout", {
            what: `The swarm could not start within ${timeoutMs / 1000} s; it goes on trying.`,
            why: "The identity's key store has not answered.",
            fix: 'Close other tabs of this origin and reload, or use identity: "session"; leave() stops the try.',
          }),
      },
      (resolve, reject) => void attendance.join().then(resolve, reject),
    );
    const remainingMs = Math.max(0, timeoutMs - (clock.now() - startedAtMs));
    await stay.membership.entered({ timeoutMs: remainingMs, signal });
  };

  // Both at once, so that a leave() that comes meanwhile has the last word.
  const rejoin: Swarm["join"] = (options) => {
    attendance.restart();
    return join(options);
  };

  const reconnect = (): void => attendance.stay?.membership.retryNow();

  const configuring = createConfiguring({
    transport,
    runtime,
    attendance,
    place: { room, secret },
    onChanged(place) {
      if (place.secret !== secret) gate = gateOf(place.secret);
      ({ room, secret } = place);
      store.dispatch({ type: "parts-changed", parts: { settings: configuring.view } });
      if (!attendance.isActive) setStatus(store.getSnapshot().status, { room, server: transport.name });
    },
    rejoin,
    retry() {
      if (attendance.stay?.membership.isConnected !== true) reconnect();
    },
  });
  store.dispatch({ type: "parts-changed", parts: { settings: configuring.view } });

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
    leave: () => attendance.leave(),
    reconnect,
    configureSignaling: configuring.configure,
    testSettings: configuring.test,
    announce(change = {}) {
      declarations.choose(change);
      return announceProfile();
    },
    send(
      peerId: PeerId,
      target: string | MessageDefinition<unknown, unknown>,
      payload?: unknown,
      options?: SendOptions,
    ) {
      if (options?.sealed) return sealedMessages.send(peerId, target as MessageDefinition, payload, options);
      assertAppType(typeof target === "string" ? target : target.type);
      return messenger.send(peerId, target as MessageDefinition, payload, options);
    },
    sendReliably: (
      agentId: AgentId,
      target: string | MessageDefinition<unknown, unknown>,
      payload?: unknown,
      options?: ReliableOptions,
    ) => mailbox.send(agentId, target as MessageDefinition, payload, options ?? {}),
    broadcast(
      target: string | MessageDefinition<unknown, unknown>,
      payload?: unknown,
      options?: SendOptions,
    ) {
      if (options?.sealed) return sealedMessages.broadcast(target as MessageDefinition, payload, options);
      assertAppType(typeof target === "string" ? target : target.type);
      return messenger.broadcast(target as MessageDefinition, payload, options);
    },
    on(target: string | MessageDefinition<unknown, unknown>, handler: MessageHandler<never>) {
      assertAppType(typeof target === "string" ? target : target.type);
      const stop = router.on(target as MessageDefinition, handler);
      mailbox.handlerAdded();
      return stop;
    },
    // The overloads of `Swarm` are what types them.
    request: (peerId: PeerId, target: unknown, payload?: unknown, options = {}): Promise<never> =>
      requests.request(peerId, target as RequestTarget, payload, options) as Promise<never>,
    requestMany: (peerIds: readonly PeerId[] | undefined, target: unknown, payload?: unknown, options = {}) =>
      requests.requestMany(peerIds, target as RequestTarget, payload, options) as Promise<never>,
    handle: (target: unknown, handler: RequestHandler<never>) =>
      requests.handle(target as RequestTarget, handler),
    presence: <Input, Output>(definition: PresenceDefinition<Input, Output>) =>
      partOf(definition.start).open(definition as PresenceDefinition) as PresenceChannel<Input, Output>,
    sendFile: (peerId, file, sendOptions = {}) => transfers.sendFile(peerId, file, sendOptions),
    sendLarge: (
      peerId: PeerId,
      target: string | MessageDefinition<unknown, unknown>,
      payload?: unknown,
      sendOptions: SendLargeOptions = {},
    ) => transfers.sendLarge(peerId, target as MessageDefinition, payload, sendOptions),
    onFile: transfers.onFile,
    transfers: { accept: transfers.accept, refuse: transfers.refuse, cancel: transfers.cancel },
    queuedBytes: (peerId, lane) => backpressure.queuedBytes(peerId, lane),
    drained: (peerId, drainOptions = {}) => backpressure.drained(peerId, drainOptions),
    share: <Input, Output>(definition: SharedDefinition<Input, Output>) =>
      partOf(definition.start).open(definition as SharedDefinition) as SharedState<Input, Output>,
    tasks: createTasks(partOf),
    mute: (agentId) => setMuted(agentId, true),
    unmute: (agentId) => setMuted(agentId, false),
    ban(agentId) {
      banned.add(agentId);
      for (const peer of store.getSnapshot().peers) {
        if (peer.agentId === agentId) attendance.stay?.mesh.dismiss(peer.peerId, "banned");
      }
    },
    unban: (agentId) => void banned.delete(agentId),
    knowledge,
    reflections,
    diagnose,
    consensus,
    topology,
    witness: { export: witness.export, sessions: witness.sessions },
    getStats() {
      const { peers, self, tasks } = store.getSnapshot();
      return {
        ...stats.snapshot(),
        peerIds: peers.map((peer) => peer.peerId),
        peerCount: peers.length,
        tasks: tasks.counts,
        capabilities: countCapabilities([self.profile, ...peers.map((peer) => peer.profile)]),
      };
    },
    recentEvents: (query = {}, asOf) => stats.events(query, asOf),
    getBandwidth: () => stats.bandwidth(),
    getBandwidthByPeer: () => stats.bandwidthByPeer(),
    getRoundTrips: (peerId) => quality.history(peerId),
    getSignalingStatus() {
      const { isConnected, server, room: where, peerId } = store.getSnapshot().signaling;
      return { connected: isConnected, server, room: where, peerId };
    },
  };
  return swarm;
}

function countCapabilities(profiles: readonly Profile[]): Record<string, number> {
  const counts: Record<string, number> = Object.create(null);
  for (const { capabilities } of profiles) {
    for (const capability of new Set(capabilities)) counts[capability] = (counts[capability] ?? 0) + 1;
  }
  return counts;
}
