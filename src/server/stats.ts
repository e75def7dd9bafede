import type { WireErrorCode } from "./wire.js";

/** What a signalling server did since it started, and what it holds now. A snapshot: it does not change. */
export interface SignalingStats {
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Peers connected now. */
  readonly connections: number;
  /** Rooms that exist now. */
  readonly rooms: number;
  /** Connections that were let in, since the start; takeovers count again. */
  readonly connectionsOpened: number;
  /** Connections that ended after having been let in. */
  readonly connectionsClosed: number;
  /** Connections turned away before OPEN: wrong path, origin, key or id, id taken, server full. */
  readonly connectionsRefused: number;
  /** Connections that took over the id of an older one with the same token. */
  readonly takeovers: number;
  /** Connections dropped because nothing was heard for `timeoutMs`. */
  readonly timedOut: number;
  /** Connections closed because they did not read. */
  readonly slowReadersClosed: number;
  /** Connections closed after too many offences. */
  readonly offendersClosed: number;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
  /** Messages handed on from one client to another. */
  readonly messagesRelayed: number;
  /** Frames that were not sent because the receiver's queue was full. */
  readonly messagesDropped: number;
  /** EXPIRE answers to messages for absent peers. */
  readonly expired: number;
  /** Errors told to clients, by code. A code that never occurred is absent. */
  readonly problems: Readonly<Partial<Record<WireErrorCode, number>>>;
  /** Errors of sockets, such as broken frames, that ended their connection. */
  readonly socketErrors: number;
  /** Exceptions caught in the server itself: anything but 0 is a bug worth reporting. */
  readonly internalErrors: number;
}

/** The counters of {@link SignalingStats}, as the server counts them. */
export type Counters = {
  -readonly [Name in Exclude<keyof SignalingStats, "problems" | "connections" | "rooms">]: number;
} & { readonly problems: Map<WireErrorCode, number> };

export function createCounters(startedAtMs: number): Counters {
  return {
    startedAtMs,
    connectionsOpened: 0,
    connectionsClosed: 0,
    connectionsRefused: 0,
    takeovers: 0,
    timedOut: 0,
    slowReadersClosed: 0,
    offendersClosed: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    messagesRelayed: 0,
    messagesDropped: 0,
    expired: 0,
    problems: new Map(),
    socketErrors: 0,
    internalErrors: 0,
  };
}

export function countProblem(counters: Counters, code: WireErrorCode): void {
  counters.problems.set(code, (counters.problems.get(code) ?? 0) + 1);
}

export function snapshotStats(counters: Counters, connections: number, rooms: number): SignalingStats {
  return { ...counters, problems: Object.fromEntries(counters.problems), connections, rooms };
}
