import type { Cancel } from "./clock.js";
import type { Consensus } from "./consensus/api.js";
import type { Diagnose } from "./diagnosis/diagnosis.js";
import type { EventSource } from "./emitter.js";
import type { SwarmError } from "./errors.js";
import type { AgentId, PeerId } from "./identity/ids.js";
import type { Knowledge, Reflections } from "./knowledge/api.js";
import type { ReliableOptions } from "./mailbox/mailbox.js";
import type { DrainOptions } from "./messages/backpressure.js";
import type { MessageDefinition } from "./messages/definition.js";
import type { SendOptions } from "./messages/messenger.js";
import type { MessageHandler } from "./messages/router.js";
import type { PresenceDefinition } from "./presence/definition.js";
import type { PresenceChannel } from "./presence/presence.js";
import type { PartEvents } from "./protocols/partEvents.js";
import type { RequestHandler } from "./requests/answering.js";
import type { RequestOptions, RequestOutcome } from "./requests/asking.js";
import type { RequestDefinition } from "./requests/definition.js";
import type { ConfigureOptions, SettingsChange, TestSettings } from "./settings/settings.js";
import type { SharedDefinition } from "./shared/definition.js";
import type { SharedState } from "./shared/sharedState.js";
import type { BandwidthSnapshot } from "./stats/bandwidth.js";
import type { RoundTrip } from "./stats/linkQuality.js";
import type { PeerBandwidth } from "./stats/peerRates.js";
import type { EventQuery } from "./stats/recentEvents.js";
import type { RecentEvents, StatsSnapshot } from "./stats/statsBook.js";
import type {
  PeerGoneReason,
  PeerSnapshot,
  Profile,
  SignalingSnapshot,
  SwarmSnapshot,
  SwarmStatus,
} from "./store/snapshot.js";
import type { ReadableStore } from "./store/store.js";
import type { Tasks } from "./tasks/taskApi.js";
import type { TaskCounts } from "./tasks/taskState.js";
import type { Topology } from "./topology/topology.js";
import type {
  FileOfferHandler,
  SendFileOptions,
  SendingTransfer,
  SendLargeOptions,
  TransferControls,
} from "./transfers/transfer.js";
import type { LaneName } from "./transport/transport.js";
import type { RestraintStage } from "./wire/restraint.js";
import type { Witness } from "./witness/witness.js";

/** What `swarm.events.on` tells of. */
export interface SwarmEvents extends PartEvents {
  "status-changed": { readonly status: SwarmStatus; readonly reason: SwarmError | undefined };
  "signaling-changed": SignalingSnapshot;
  "peer-joined": PeerSnapshot;
  "peer-updated": PeerSnapshot;
  "peer-left": { readonly peerId: PeerId; readonly agentId: AgentId; readonly reason: PeerGoneReason };
  /**
   * Something was dropped: malformed, forged, repeated, unknown, over a limit; also counted in the statistics. Or a
   * peer is held back because it sends too much.
   */
  "limit-exceeded": {
    readonly code: string;
    readonly peerId: PeerId | undefined;
    /**
     * Where a peer sends too much: how it is held back from now on, or `free` again; `code` is the reason
     * (`message-rate`, `byte-rate`, `backlog`, `unknown-types`).
     */
    readonly stage?: "free" | RestraintStage | "dropped";
  };
  error: SwarmError;
}

/** What `getStats()` tells at a glance; the whole is in the store. */
export interface SwarmStats extends StatsSnapshot {
  readonly peerIds: readonly PeerId[];
  readonly peerCount: number;
  /** Capabilities of this member and of the connected ones, each with the number of members that claim it. */
  readonly capabilities: Readonly<Record<string, number>>;
  readonly tasks: TaskCounts;
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
   * is under way it waits for that one. What is called meanwhile waits, too: knowledge, letters and votes until it is known who we
   * are, tasks until it is known who is there. `not-joined` is the error of those calls while the swarm is off.
   * @param options.timeoutMs default 30,000; after it the promise rejects and the swarm goes on trying
   * @throws SwarmError `join-timeout`, `insecure-context`, `unauthorized`, `room-full`, `left`, `aborted`, …
   */
  join(options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>;
  /** Says goodbye and closes everything; resolves when nothing is left. Harmless when not joined. */
  leave(): Promise<void>;
  /** Tries signalling at once instead of at the next planned time, or checks that it still works. */
  reconnect(): void;
  /**
   * Changes server, room, its secret, token, ICE or our name without a reload: all of it, or nothing where a value cannot be used. ICE
   * and token apply live: new links use them at once, open ones when they have to be restored, and the token is shown at the
   * next entry; the name is announced. Anything else leaves the room and enters it again, with another peer id and new links.
   * @throws SwarmError `invalid-option`, with `isCautious` `signaling-rejected`; else as `join` does
   * @example
   * await swarm.configureSignaling({ room: "library" }, { isCautious: true });
   */
  configureSignaling(change: SettingsChange, options?: ConfigureOptions): Promise<void>;
  /**
   * Tests settings before they are in force, or those that are: `server` asks the signalling server whether it would let us into
   * the room, `ice` whether STUN and TURN servers answer and take our credentials. Open links are not touched, and nobody in the
   * room notices.
   * @example
   * const turn = { urls: "turn:turn.example.org:3478", username: "ada", credential: "…" };
   * const { verdict, findings } = await swarm.testSettings("ice", { change: { iceServers: [turn], icePolicy: "relay" } });
   */
  readonly testSettings: TestSettings;
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
   * Sends to an agent that may be away: the letter is kept on this device, goes out in order as soon as a tab
   * of the agent is in the room, and is handled there once, also if either side crashes or reloads meanwhile.
   * Resolves when the receiver keeps it. A handler is the ordinary one of `on`; its `info.mail` is then present.
   * @throws SwarmError `message-expired` (not delivered), `message-unconfirmed` (expired while it was under way),
   * `message-refused`, `aborted`, `left` (kept; goes out after the next join), `queue-full`, `not-joined`,
   * `sealing-unavailable`, `invalid-payload`, `payload-too-large`, `invalid-option`, `storage-failed`
   * @example
   * await swarm.sendReliably(agentId, "note", { text: "for when you are back" }, { expiresMs: 86_400_000 });
   */
  sendReliably<Input>(
    agentId: AgentId,
    type: MessageDefinition<Input, unknown>,
    payload: Input,
    options?: ReliableOptions,
  ): Promise<void>;
  sendReliably(agentId: AgentId, type: string, payload?: unknown, options?: ReliableOptions): Promise<void>;
  /**
   * Sends to every connected peer and returns to how many it went. A peer whose queue is full is left out
   * (event `limit-exceeded`).
   * @throws SwarmError `invalid-payload`, `payload-too-large`
   */
  broadcast<Input>(type: MessageDefinition<Input, unknown>, payload: Input, options?: SendOptions): number;
  broadcast(type: string, payload?: unknown, options?: SendOptions): number;
  /** Bytes sent to this peer that the network has not taken, on one lane or on all; 0 without an open link. */
  queuedBytes(peerId: PeerId, lane?: LaneName): number;
  /**
   * Resolves once at most `belowBytes` (default 0) wait for this peer on a lane (default `control`): the way to send
   * as fast as the peer takes it. `send` queues up to 8 MiB a lane and throws `queue-full` beyond.
   * @throws SwarmError `link-closed`, `drain-timeout` (default after 30 s), `aborted`, `invalid-option`
   * @example
   * for (const reading of readings) {
   *   swarm.send(peerId, "reading", reading);
   *   if (swarm.queuedBytes(peerId) > 1_000_000) await swarm.drained(peerId, { belowBytes: 250_000 });
   * }
   */
  drained(peerId: PeerId, options?: DrainOptions): Promise<void>;
  /** Calls `handler` for each verified message of this type. Returns the way to stop. */
  on<Output>(type: MessageDefinition<unknown, Output>, handler: MessageHandler<Output>): Cancel;
  on(type: string, handler: MessageHandler<unknown>): Cancel;
  /**
   * Asks one peer and waits for its answer.
   * @throws SwarmError `request-timeout`, `request-failed` (its handler threw; see {@link RemoteFailure}),
   * `no-handler`, `peer-gone`, `aborted`, `not-joined`, `queue-full`, `payload-too-large`, and `invalid-payload`
   * where a schema refuses what is asked or what is answered
   */
  request<Input, Output>(
    peerId: PeerId,
    type: RequestDefinition<Input, unknown, unknown, Output>,
    payload: NoInfer<Input>,
    options?: RequestOptions,
  ): Promise<Output>;
  request(peerId: PeerId, type: string, payload?: unknown, options?: RequestOptions): Promise<unknown>;
  /**
   * Asks several peers, `undefined` for all that are connected, and resolves with one outcome for each of them;
   * none rejects it.
   * @throws SwarmError `invalid-payload` where the schema refuses what is asked
   */
  requestMany<Input, Output>(
    peerIds: readonly PeerId[] | undefined,
    type: RequestDefinition<Input, unknown, unknown, Output>,
    payload: NoInfer<Input>,
    options?: RequestOptions,
  ): Promise<readonly RequestOutcome<Output>[]>;
  requestMany(
    peerIds: readonly PeerId[] | undefined,
    type: string,
    payload?: unknown,
    options?: RequestOptions,
  ): Promise<readonly RequestOutcome[]>;
  /**
   * Answers requests of this type from now on; each type has one handler. Returns the way to stop, which lets
   * those under way end.
   * @throws SwarmError `invalid-option` where the type has a handler already
   */
  handle<Received, Answer>(
    type: RequestDefinition<unknown, Received, Answer, unknown>,
    handler: RequestHandler<Received, NoInfer<Answer>>,
  ): Cancel;
  handle(type: string, handler: RequestHandler): Cancel;
  /** The small state of one kind that each member shows while it is there; the same channel for the same name. */
  presence<Input, Output>(definition: PresenceDefinition<Input, Output>): PresenceChannel<Input, Output>;
  /**
   * Sends a file. The promise resolves once the receiver has all of it, checked; its `id` names the transfer in the
   * store. It outlives a lost link and waits for a receiver that is away.
   * @throws SwarmError `transfer-refused`, `transfer-cancelled`, `transfer-timeout`, `transfer-failed`, `peer-gone`,
   * `payload-too-large`, `invalid-payload`, `aborted`; all by rejection
   * @example
   * const receipt = await swarm.sendFile(peerId, input.files[0], { onProgress: ({ doneBytes }) => show(doneBytes) });
   */
  sendFile(peerId: PeerId, file: Blob | Uint8Array, options?: SendFileOptions): SendingTransfer;
  /**
   * Calls `handler` for each file that a peer offers. Without any handler files are refused; what nobody decides
   * within a minute too. Returns the way to stop.
   * @example
   * swarm.onFile(async (offer) => {
   *   const { content } = await offer.accept({ into: "files" });
   *   show(offer.name, URL.createObjectURL(content));
   * });
   */
  onFile(handler: FileOfferHandler): Cancel;
  /**
   * Sends what `send` takes and one message cannot hold, up to 64 MiB encoded. It arrives at the ordinary handlers
   * of its type, whole, once, and after anything sent meanwhile. Rejects as `sendFile` does.
   */
  sendLarge<Input>(
    peerId: PeerId,
    type: MessageDefinition<Input, unknown>,
    payload: Input,
    options?: SendLargeOptions,
  ): SendingTransfer;
  sendLarge(peerId: PeerId, type: string, payload?: unknown, options?: SendLargeOptions): SendingTransfer;
  /** Decides about transfers by their ids, for panels. */
  readonly transfers: TransferControls;
  /**
   * Values that are the same for everyone in the room, the last write of a key winning; the same state for the same
   * name.
   */
  share<Input, Output>(definition: SharedDefinition<Input, Output>): SharedState<Input, Output>;
  /** Work done for others, and by others. */
  readonly tasks: Tasks;
  /** Drops the app messages of an agent from now on, unseen; its links stay. */
  mute(agentId: AgentId): void;
  unmute(agentId: AgentId): void;
  /** Closes every link to an agent and refuses it from now on. */
  ban(agentId: AgentId): void;
  unban(agentId: AgentId): void;
  /** Artifacts: content named by its hash, shared and found in the room. */
  readonly knowledge: Knowledge;
  /** What was tried and learned, here and by others. */
  readonly reflections: Reflections;
  /** Votes before anything risky is done. */
  readonly consensus: Consensus;
  /** Who is linked with whom. */
  readonly topology: Topology;
  /** The hash-chained record of what this member did and saw. */
  readonly witness: Witness;
  /**
   * Says why this member cannot reach the signalling server or a peer: findings with evidence and the fix, and a
   * verdict. Live connections are not touched. A swarm that is off opens nothing, unless `probe` says so: then the
   * signalling server, the ICE servers and the storage are tried, too.
   * @throws SwarmError `aborted`, `invalid-option`; `internal` where its code cannot be loaded
   * @example
   * const { verdict, findings } = await swarm.diagnose();
   * for (const { code, what, fix } of findings) console.log(code, what, fix);
   */
  readonly diagnose: Diagnose;
  getStats(): SwarmStats;
  /**
   * The events behind the numbers of `getStats()`: the last 2,000 messages and, apart from them, the last 500 drops, those
   * that fit all that `query` gives, newest first; and how many the counters know beyond those.
   * @param asOf a snapshot's `stats`, for what just its counters tell of; default: all up to now
   * @example
   * const { events, counted } = swarm.recentEvents({ direction: "received", type: "chat" });
   * console.log(`${events.length} of ${counted} are still kept`, events[0]);
   */
  recentEvents(query?: EventQuery, asOf?: StatsSnapshot): RecentEvents;
  /** KB/s up, down and total over the last 10 s, computed now. */
  getBandwidth(): BandwidthSnapshot;
  /** Who uses how much: KB/s to and from each connected peer over the last 10 whole seconds. */
  getBandwidthByPeer(): Readonly<Record<PeerId, PeerBandwidth>>;
  /**
   * The round trips of one peer in the last 5 minutes, oldest first, at most 160: its heartbeats and ICE's own checks. The
   * same array until another one is measured, and empty while there is no such peer. Not in the store, so that a
   * thousand peers cost nothing where nobody looks at them.
   */
  getRoundTrips(peerId: PeerId): readonly RoundTrip[];
  getSignalingStatus(): SignalingStatus;
}
