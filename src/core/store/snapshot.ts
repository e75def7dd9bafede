import { type ConsensusView, EMPTY_CONSENSUS } from "../consensus/proposal.js";
import type { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { EMPTY_KNOWLEDGE, type KnowledgeView } from "../knowledge/knowledgeView.js";
import { EMPTY_MAILBOX, type MailboxSnapshot } from "../mailbox/mailState.js";
import type { PresenceView } from "../presence/presence.js";
import type { SettingsView } from "../settings/settings.js";
import type { SharedView } from "../shared/sharedState.js";
import { type AttemptCounts, NO_ATTEMPTS } from "../stats/attemptCounts.js";
import type { BandwidthSnapshot } from "../stats/bandwidth.js";
import { EMPTY_BANDWIDTH } from "../stats/bandwidth.js";
import type { LinkQuality } from "../stats/linkQuality.js";
import type { Activity } from "../stats/recentEvents.js";
import { EMPTY_TRAFFIC, type StatsSnapshot } from "../stats/statsBook.js";
import { EMPTY_TASKS, type TasksView } from "../tasks/taskState.js";
import { EMPTY_TOPOLOGY, type TopologyView } from "../topology/view.js";
import type { TransferSnapshot } from "../transfers/transfer.js";
import type { Restraint } from "../wire/restraint.js";
import { EMPTY_WITNESS, type WitnessSnapshot } from "../witness/witness.js";
import { emptyRecord } from "./record.js";

/** Where the swarm stands with its room. `reconnecting`: open links live, signalling is being retried. */
export type SwarmStatus = "off" | "joining" | "joined" | "reconnecting";

/**
 * `connecting`: listed by the room, not proven yet. `connected`: proven and answering. `unreachable`: the
 * network is silent, a restart is under way. `asleep`: the network lives, the tab does not answer.
 */
export type PeerState = "connecting" | "connected" | "unreachable" | "asleep";

/** Why a peer is no longer there. */
export type PeerGoneReason =
  | "left"
  | "timed-out"
  | "replaced"
  | "refused"
  | "banned"
  | "protocol-error"
  | "limit-exceeded";

/** What a member says of itself. Claims: never proof of anything but that its key signed them. */
export interface Profile {
  readonly name: string | undefined;
  readonly capabilities: readonly string[];
  readonly goals: readonly string[];
  readonly region: string | undefined;
  /** Heads of what it knows, for later synchronisation. */
  readonly knowledgeHeads: readonly string[];
}

/** What became of a peer, and when. */
export interface PeerStateChange {
  readonly state: Exclude<PeerState, "connecting">;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** One proven remote member. */
export interface PeerSnapshot {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
  readonly state: PeerStateChange["state"];
  /** The last 10 states, oldest first; the last one is the present one. */
  readonly states: readonly PeerStateChange[];
  readonly profile: Profile;
  /** When it was proven, milliseconds since the epoch. */
  readonly connectedAtMs: number;
  /** Of the last heartbeat answered; `undefined` before the first. More in `quality`. */
  readonly roundTripMs: number | undefined;
  readonly isMuted: boolean;
  /** How it is held back for sending more than `limits` allow; `undefined` where it is not. */
  readonly restraint: Restraint | undefined;
  /** The connection in use; changes when the link is replaced, stays when ICE is restarted. */
  readonly linkId: string;
}

/** A member that the room lists and that has not proved itself to us yet. */
export interface ConnectingPeer {
  readonly peerId: PeerId;
  readonly state: "connecting";
  /** Dials and answers tried so far. */
  readonly attempts: number;
  /** Why the last try failed. */
  readonly lastError: SwarmError | undefined;
}

/** Where this member stands with its signalling server and its room. Times are milliseconds since the epoch. */
export interface SignalingSnapshot {
  readonly isConnected: boolean;
  /** The signalling server's URL, or the transport's name where it has none. */
  readonly server: string;
  readonly room: string;
  readonly peerId: PeerId | undefined;
  /** Why the status is what it is; `undefined` while all is well. */
  readonly reason: SwarmError | undefined;
  /** When signalling is tried again, milliseconds since the epoch. */
  readonly nextTryAtMs: number | undefined;
  /** Failed tries since it was last connected. */
  readonly failedTries: number;
  /** Since when it is connected without a break. */
  readonly connectedAtMs: number | undefined;
  /** The last notice of the server's operator. */
  readonly notice: string | undefined;
}

/** State of the parts above messages, each kept by its own protocol. */
export interface SwarmParts {
  readonly witness: WitnessSnapshot;
  /** By the name of what `definePresence` defined, once it is used. */
  readonly presence: Readonly<Record<string, PresenceView>>;
  /** Files and big payloads, newest last: all that are under way, and the last 50 that have ended. */
  readonly transfers: readonly TransferSnapshot[];
  /** By the name of what `defineShared` defined, once it is used. */
  readonly shared: Readonly<Record<string, SharedView>>;
  /** Letters of `sendReliably` that wait. */
  readonly mailbox: MailboxSnapshot;
  /** Tasks delegated and handled, and how busy who is. */
  readonly tasks: TasksView;
  /** Votes: those that are open, and the last 50 that have ended. */
  readonly consensus: ConsensusView;
  /** Artifacts and reflections. */
  readonly knowledge: KnowledgeView;
  /** Who is linked with whom, while somebody here watches. */
  readonly topology: TopologyView;
  /** Of the settings, what is not in `signaling`; nothing that is to stay secret. */
  readonly settings: SettingsView;
}

/** The whole swarm at one moment: immutable, and what did not change is the same object as before. */
export interface SwarmSnapshot extends SwarmParts {
  readonly status: SwarmStatus;
  readonly signaling: SignalingSnapshot;
  readonly self: {
    readonly peerId: PeerId | undefined;
    readonly agentId: AgentId | undefined;
    readonly profile: Profile;
  };
  /** Proven peers, in the order in which they were proven. */
  readonly peers: readonly PeerSnapshot[];
  readonly connecting: readonly ConnectingPeer[];
  /** How well each connected peer is reached. */
  readonly quality: Readonly<Record<PeerId, LinkQuality>>;
  /** Tries to get a proven link, since the swarm was created; see `meshHealth`. */
  readonly attempts: AttemptCounts;
  readonly stats: StatsSnapshot;
  readonly bandwidth: BandwidthSnapshot;
  /** The last 50 messages, oldest first. */
  readonly activity: readonly Activity[];
}

export const EMPTY_PROFILE: Profile = {
  name: undefined,
  capabilities: [],
  goals: [],
  region: undefined,
  knowledgeHeads: [],
};

export const EMPTY_STATS: StatsSnapshot = {
  startedAtMs: 0,
  total: EMPTY_TRAFFIC,
  byPeer: {},
  byLane: { control: EMPTY_TRAFFIC, bulk: EMPTY_TRAFFIC, datagram: EMPTY_TRAFFIC },
  byType: {},
  dropped: {},
  newestEventId: 0,
};

const NO_SETTINGS: SettingsView = { hasSecret: false, transport: undefined };

/** What a swarm shows before anything has happened; also what a server renders. */
export function initialSnapshot(server: string, room: string, profile: Profile): SwarmSnapshot {
  return {
    status: "off",
    signaling: {
      isConnected: false,
      server,
      room,
      peerId: undefined,
      reason: undefined,
      nextTryAtMs: undefined,
      failedTries: 0,
      connectedAtMs: undefined,
      notice: undefined,
    },
    self: { peerId: undefined, agentId: undefined, profile },
    peers: [],
    connecting: [],
    quality: {},
    attempts: NO_ATTEMPTS,
    stats: EMPTY_STATS,
    bandwidth: EMPTY_BANDWIDTH,
    activity: [],
    presence: emptyRecord(),
    shared: emptyRecord(),
    witness: EMPTY_WITNESS,
    transfers: [],
    mailbox: EMPTY_MAILBOX,
    tasks: EMPTY_TASKS,
    consensus: EMPTY_CONSENSUS,
    knowledge: EMPTY_KNOWLEDGE,
    topology: EMPTY_TOPOLOGY,
    settings: NO_SETTINGS,
  };
}
