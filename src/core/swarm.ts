import { startConsensus } from "./consensus/consensus.js";
import { startDiagnosis } from "./diagnosis/diagnosis.js";
import type { AgentId, PeerId } from "./identity/ids.js";
import { startKnowledge } from "./knowledge/knowledge.js";
import { type ReliableOptions, startMailbox } from "./mailbox/mailbox.js";
import type { Mesh } from "./mesh/mesh.js";
import { createBackpressure } from "./messages/backpressure.js";
import { assertAppType, type MessageDefinition } from "./messages/definition.js";
import { createMessenger, type SendOptions } from "./messages/messenger.js";
import { createRouter, type MessageHandler } from "./messages/router.js";
import { assertProfile, resolveSettings, type SwarmOptions } from "./options.js";
import type { PresenceDefinition } from "./presence/definition.js";
import type { PresenceChannel } from "./presence/presence.js";
import type { ProtocolPort } from "./protocols/builtin.js";
import { createDeclarations } from "./protocols/declarations.js";
import { startGoodbye } from "./protocols/goodbye.js";
import { startHeartbeat } from "./protocols/heartbeat.js";
import { startProfileExchange } from "./protocols/profile.js";
import type { RequestHandler } from "./requests/answering.js";
import type { RequestTarget } from "./requests/asking.js";
import { startRequests } from "./requests/requests.js";
import { startKeyRing } from "./sealing/keyRing.js";
import { startSealedMessages } from "./sealing/sealedMessages.js";
import type { SharedDefinition } from "./shared/definition.js";
import type { SharedState } from "./shared/sharedState.js";
import type { DroppedMessage } from "./stats/recentEvents.js";
import { isSameProfile } from "./store/reducer.js";
import { EMPTY_PROFILE, type Profile } from "./store/snapshot.js";
import { layGround } from "./swarm/ground.js";
import { createMeshEvents } from "./swarm/meshEvents.js";
import { createPort } from "./swarm/port.js";
import { createResidence } from "./swarm/residence.js";
import { createRoll } from "./swarm/roll.js";
import type { Swarm } from "./swarmApi.js";
import { createTasks } from "./tasks/facade.js";
import { startTopology } from "./topology/topology.js";
import type { SendLargeOptions } from "./transfers/transfer.js";
import { startTransfers } from "./transfers/transfers.js";
import { peerTransport } from "./transport/peerjs/peerTransport.js";
import { startWitness } from "./witness/witness.js";

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
  const transport = options.transport ?? peerTransport();
  const ground = layGround(settings, transport.name);
  const { clock, store, events, happenings, stats, quality } = ground;
  const mesh = (): Mesh | undefined => residence.mesh;
  const roll = createRoll(ground, (peerId) => mesh()?.dismiss(peerId, "banned"));
  const router = createRouter((error, info) => ground.handlerFailed(error, `The handler of "${info.type}"`));

  const countDropped = (code: string, peerId: PeerId | undefined, message?: DroppedMessage): void => {
    stats.countDropped(code, peerId, message);
    witness.dropped(code, peerId);
    events.emit("limit-exceeded", { code, peerId });
  };

  const messenger = createMessenger({
    clock,
    targets: mesh,
    onSent: (message) => stats.countMessage("sent", message),
    onQueueFull: (peerId, message) => countDropped("queue-full", peerId, message),
  });
  const backpressure = createBackpressure({ clock, targets: mesh });

  const announceProfile = (): number => {
    store.dispatch({ type: "self-changed", self: { profile: declarations.profile } });
    let told = 0;
    for (const session of mesh()?.sessions() ?? []) if (profiles.announceTo(session.proven.peerId)) told++;
    return told;
  };
  const declarations = createDeclarations(settings.profile, assertProfile, announceProfile);

  // --- the parts, each over the port ------------------------------------------------------------

  const port = createPort({
    ground,
    roll,
    router,
    messenger,
    declarations,
    mesh,
    self: () => residence.self,
    isArriving: () => residence.isArriving,
    room: () => residence.room,
    note: (event) => witness.note(event),
    countDropped,
  });
  const witness = startWitness(port, settings.witness);
  const sealedMessages = startSealedMessages(port);
  const mailbox = startMailbox(port, startKeyRing(port));
  const heartbeat = startHeartbeat({
    port,
    clock,
    onRoundTrip(peerId, roundTripMs) {
      quality.roundTrip(peerId, roundTripMs);
      roll.update(peerId, { roundTripMs });
    },
  });
  const transfers = startTransfers(port);
  const goodbye = startGoodbye(port, (peerId) => mesh()?.departed(peerId));
  const profiles = startProfileExchange({
    port,
    ownProfile: () => declarations.profile,
    onProfile(peerId, profile) {
      const peer = roll.peer(peerId);
      if (peer === undefined) return;
      // Even one that says nothing has said so: it is no longer the empty profile of who was not asked yet.
      if (peer.profile === EMPTY_PROFILE || !isSameProfile(peer.profile, profile))
        roll.update(peerId, { profile });
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

  const residence = createResidence({
    ground,
    roll,
    settings,
    transport,
    meshEvents: createMeshEvents({
      ground,
      roll,
      router,
      mesh,
      countDropped,
      protocols: { witness, heartbeat, profiles },
    }),
    witness,
    sayGoodbye: goodbye.say,
    rename(name) {
      const before = declarations.profile.name;
      swarm.announce({ name });
      return () => void swarm.announce({ name: before });
    },
  });

  const swarm: Swarm = {
    store,
    events,
    join: residence.join,
    leave: residence.leave,
    reconnect: residence.reconnect,
    configureSignaling: residence.configuring.configure,
    testSettings: residence.configuring.test,
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
    mute: (agentId) => roll.setMuted(agentId, true),
    unmute: (agentId) => roll.setMuted(agentId, false),
    ban: roll.ban,
    unban: roll.unban,
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
