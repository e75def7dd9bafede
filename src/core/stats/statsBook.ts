import type { PeerId } from "../identity/ids.js";
import { emptyRecord, withEntry } from "../store/record.js";
import type { LaneName } from "../transport/transport.js";
import { type BandwidthSnapshot, createBandwidthMeter } from "./bandwidth.js";
import { countedBy } from "./countedBy.js";
import { createPeerRates, type PeerBandwidth } from "./peerRates.js";
import {
  type Activity,
  createEventBook,
  type Direction,
  type DroppedMessage,
  type EventQuery,
  OTHER_TYPES,
  type RecentEvent,
} from "./recentEvents.js";

// A peer chooses the types of its messages, so their number must not be its choice.
const MAX_COUNTED_TYPES = 256;

/** Counts since the swarm was created. */
export interface Traffic {
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Bytes on the link, signatures and handshakes included; of a message type, its encoded messages alone. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** All counters at one moment. Objects that did not change are the same ones as in the snapshot before. */
export interface StatsSnapshot {
  /** When counting began, milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly total: Traffic;
  /** Peers that are connected now; what gone ones sent stays in `total`. */
  readonly byPeer: Readonly<Record<PeerId, Traffic>>;
  readonly byLane: Readonly<Record<LaneName, Traffic>>;
  /** By message type; from the 257th type on they are counted together as `(other)`. */
  readonly byType: Readonly<Record<string, Traffic>>;
  /** What was dropped or noticed, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Of the last event that is counted here; 0 before the first. See `recentEvents`. */
  readonly newestEventId: number;
}

/** The events behind a number, as far as they are kept. */
export interface RecentEvents {
  /** Newest first. */
  readonly events: readonly RecentEvent[];
  /**
   * How many there were, kept or not, as the counters tell it: in all, or in one direction per type, lane or connected
   * peer, or dropped for one reason. Of a peer since it was last proven. `undefined` where nothing counts just these.
   */
  readonly counted: number | undefined;
  /** Whether none of them is missing. */
  readonly isComplete: boolean;
}

export const EMPTY_TRAFFIC: Traffic = {
  messagesSent: 0,
  messagesReceived: 0,
  bytesSent: 0,
  bytesReceived: 0,
};

/** The mutable counters; `snapshot()` turns them into the store's immutable view. */
export interface StatsBook {
  /** Bytes that went over a link. `peerId` is left out until the peer is proven. */
  countFrame(direction: Direction, peerId: PeerId | undefined, lane: LaneName, bytes: number): void;
  /** `timeMs` is when it was sent or came; default now. */
  countMessage(
    direction: Direction,
    message: { peerId: PeerId; lane: LaneName; type: string; bytes: number; timeMs?: number },
  ): void;
  countDropped(reason: string, peerId?: PeerId, message?: DroppedMessage): void;
  forgetPeer(peerId: PeerId): void;
  /** Grows whenever something is counted. */
  readonly version: number;
  snapshot(): StatsSnapshot;
  bandwidth(): BandwidthSnapshot;
  bandwidthByPeer(): Readonly<Record<PeerId, PeerBandwidth>>;
  activity(): readonly Activity[];
  /** Those that `asOf` counts; default all. */
  events(query: EventQuery, asOf?: StatsSnapshot): RecentEvents;
}

type MutableTraffic = { -readonly [Key in keyof Traffic]: number };

/** Counters by key, with a frozen copy of each that is remade only after a change. */
class TrafficTable {
  readonly #counters = new Map<string, MutableTraffic>();
  #view: Record<string, Traffic> = Object.create(null);
  readonly #changed = new Set<string>();

  get(key: string): MutableTraffic {
    this.#changed.add(key);
    const existing = this.#counters.get(key);
    if (existing !== undefined) return existing;
    const fresh = { ...EMPTY_TRAFFIC };
    this.#counters.set(key, fresh);
    return fresh;
  }

  has(key: string): boolean {
    return this.#counters.has(key);
  }

  get size(): number {
    return this.#counters.size;
  }

  delete(key: string): void {
    if (this.#counters.delete(key)) this.#changed.add(key);
  }

  view(): Record<string, Traffic> {
    if (this.#changed.size === 0) return this.#view;
    const view: Record<string, Traffic> = Object.create(null);
    for (const [key, counter] of this.#counters) {
      view[key] = this.#changed.has(key) ? { ...counter } : (this.#view[key] as Traffic);
    }
    this.#changed.clear();
    this.#view = view;
    return view;
  }
}

export function createStatsBook(now: () => number): StatsBook {
  const startedAtMs = now();
  const meter = createBandwidthMeter(startedAtMs);
  const rates = createPeerRates();
  const total = new TrafficTable();
  const peers = new TrafficTable();
  const lanes = new TrafficTable();
  const types = new TrafficTable();
  for (const lane of ["control", "bulk", "datagram"]) lanes.get(lane);
  total.get("total");
  let dropped: Readonly<Record<string, number>> = emptyRecord();
  const kept = createEventBook();
  let activities: readonly Activity[] = [];
  let activitiesAtId = 0;
  let version = 0;

  const addBytes = (traffic: MutableTraffic, direction: Direction, bytes: number): void => {
    if (direction === "sent") traffic.bytesSent += bytes;
    else traffic.bytesReceived += bytes;
  };
  const addMessage = (traffic: MutableTraffic, direction: Direction): void => {
    if (direction === "sent") traffic.messagesSent++;
    else traffic.messagesReceived++;
  };

  const snapshot = (): StatsSnapshot => ({
    startedAtMs,
    total: total.view().total as Traffic,
    byPeer: peers.view(),
    byLane: lanes.view() as Record<LaneName, Traffic>,
    byType: types.view(),
    dropped,
    newestEventId: kept.newestId,
  });

  return {
    get version() {
      return version;
    },
    countFrame(direction, peerId, lane, bytes) {
      version++;
      const nowMs = now();
      meter.record(direction, bytes, nowMs);
      addBytes(total.get("total"), direction, bytes);
      addBytes(lanes.get(lane), direction, bytes);
      if (peerId === undefined) return;
      addBytes(peers.get(peerId), direction, bytes);
      rates.record(direction, peerId, bytes, nowMs);
    },
    countMessage(direction, { peerId, lane, type, bytes, timeMs = now() }) {
      version++;
      addMessage(total.get("total"), direction);
      addMessage(lanes.get(lane), direction);
      addMessage(peers.get(peerId), direction);
      const counted = types.has(type) || types.size < MAX_COUNTED_TYPES ? type : OTHER_TYPES;
      const traffic = types.get(counted);
      addMessage(traffic, direction);
      addBytes(traffic, direction, bytes);
      kept.message({ direction, type, lane, peerId, bytes, timeMs });
    },
    countDropped(reason, peerId, message) {
      version++;
      const { type, lane, bytes } = message ?? {};
      kept.drop({ type, lane, bytes, peerId, reason, timeMs: now() });
      dropped = withEntry(dropped, reason, (dropped[reason] ?? 0) + 1);
    },
    forgetPeer(peerId) {
      version++;
      peers.delete(peerId);
      rates.forget(peerId);
    },
    snapshot,
    bandwidth: () => meter.snapshot(now()),
    bandwidthByPeer: () => rates.snapshot(now()),
    activity() {
      if (kept.newestId !== activitiesAtId) {
        activitiesAtId = kept.newestId;
        const latest = kept.activity();
        if (latest[latest.length - 1] !== activities[activities.length - 1]) activities = latest;
      }
      return activities;
    },
    events(query, asOf = snapshot()) {
      const isOther = (type: string | undefined): boolean => type !== undefined && !types.has(type);
      const events = kept.find(query, asOf.newestEventId, isOther);
      const counted = countedBy(asOf, query);
      const isComplete = kept.isWhole(query) || (counted !== undefined && events.length >= counted);
      return { events, counted, isComplete };
    },
  };
}
