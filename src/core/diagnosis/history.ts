import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { PeerGoneReason } from "../store/snapshot.js";

// What is longer ago explains nothing of now.
const REMEMBERED_MS = 5 * 60_000;
const MAX_DEPARTURES = 32;

/** A peer that went, though not by its own choice. */
export interface Departure {
  readonly peerId: PeerId;
  readonly reason: PeerGoneReason;
  readonly atMs: number;
}

/** How long this process did not run, and when it ran again. */
export interface Sleep {
  readonly sleptMs: number;
  readonly endedAtMs: number;
}

/** What happened lately and has left no trace in the snapshot. */
export interface History {
  departures(): readonly Departure[];
  lastSleep(): Sleep | undefined;
}

const TELLING: ReadonlySet<PeerGoneReason> = new Set(["banned", "refused", "limit-exceeded"]);

export function createHistory(port: ProtocolPort): History {
  const { clock } = port.runtime;
  let departures: readonly Departure[] = [];
  let sleep: Sleep | undefined;
  const isRecent = (atMs: number): boolean => clock.now() - atMs <= REMEMBERED_MS;

  port.watch("began", () => {
    departures = [];
  });
  port.watch("left", ({ peerId, reason }) => {
    if (!TELLING.has(reason)) return;
    const others = departures.filter((departure) => departure.peerId !== peerId);
    departures = [...others, { peerId, reason, atMs: clock.now() }].slice(-MAX_DEPARTURES);
  });
  port.watch("joined", ({ peerId }) => {
    departures = departures.filter((departure) => departure.peerId !== peerId);
  });
  port.watch("slept", ({ sleptMs }) => {
    sleep = { sleptMs, endedAtMs: clock.now() };
  });

  return {
    departures: () => departures.filter(({ atMs }) => isRecent(atMs)),
    lastSleep: () => (sleep !== undefined && isRecent(sleep.endedAtMs) ? sleep : undefined),
  };
}
