import type { PeerId } from "../identity/ids.js";
import type { LinkPath } from "../transport/transport.js";

/** Round trips that are remembered per peer. */
export const ROUND_TRIP_SAMPLES = 64;
/** Time over which single round trips are kept, for charts. */
export const ROUND_TRIP_HISTORY_MS = 300_000;
// One every two seconds by ICE's checks, and the heartbeats.
const MAX_HISTORY = 160;

/** One measured round trip. */
export interface RoundTrip {
  /** When it was measured, milliseconds since the epoch. */
  readonly timeMs: number;
  readonly roundTripMs: number;
}

/** How well a peer is reached. Times in milliseconds; round trips are those of heartbeats and of ICE's own checks. */
export interface LinkQuality {
  /** The last round trip; `undefined` before the first. */
  readonly roundTripMs: number | undefined;
  /** Median and 95th percentile of the last 64 round trips. */
  readonly roundTripP50Ms: number | undefined;
  readonly roundTripP95Ms: number | undefined;
  /** Mean difference between one round trip and the next, among the last 64. */
  readonly jitterMs: number | undefined;
  readonly path: LinkPath | undefined;
  /** Bytes that wait for the network, on all lanes. */
  readonly queuedBytes: number;
}

/** The quality of a link that has not been measured yet. */
export const UNKNOWN_QUALITY: LinkQuality = {
  roundTripMs: undefined,
  roundTripP50Ms: undefined,
  roundTripP95Ms: undefined,
  jitterMs: undefined,
  path: undefined,
  queuedBytes: 0,
};

/** Collects measurements per peer, in rings of fixed size. */
export interface QualityBook {
  roundTrip(peerId: PeerId, roundTripMs: number): void;
  link(peerId: PeerId, measured: { readonly path: LinkPath | undefined; readonly queuedBytes: number }): void;
  forget(peerId: PeerId): void;
  /** Those of the last 5 minutes, oldest first, at most 160; the same array until another one is measured. */
  history(peerId: PeerId): readonly RoundTrip[];
  /** By peer; entries that did not change are the same objects as before. */
  snapshot(): Readonly<Record<PeerId, LinkQuality>>;
}

interface Entry {
  readonly roundTripsMs: number[];
  history: readonly RoundTrip[];
  quality: LinkQuality;
}

const NO_HISTORY: readonly RoundTrip[] = [];

export function createQualityBook(now: () => number): QualityBook {
  const entries = new Map<PeerId, Entry>();
  let view: Record<PeerId, LinkQuality> = Object.create(null);
  let isStale = false;

  const entryOf = (peerId: PeerId): Entry => {
    const existing = entries.get(peerId);
    if (existing !== undefined) return existing;
    const fresh: Entry = { roundTripsMs: [], history: NO_HISTORY, quality: UNKNOWN_QUALITY };
    entries.set(peerId, fresh);
    return fresh;
  };
  const change = (entry: Entry, part: Partial<LinkQuality>): void => {
    entry.quality = { ...entry.quality, ...part };
    isStale = true;
  };

  return {
    roundTrip(peerId, roundTripMs) {
      const entry = entryOf(peerId);
      entry.roundTripsMs.push(roundTripMs);
      if (entry.roundTripsMs.length > ROUND_TRIP_SAMPLES) entry.roundTripsMs.shift();
      entry.history = continued(entry.history, { timeMs: now(), roundTripMs });
      change(entry, { roundTripMs, ...summarise(entry.roundTripsMs) });
    },
    link(peerId, { path, queuedBytes }) {
      const entry = entryOf(peerId);
      if (isSamePath(entry.quality.path, path) && entry.quality.queuedBytes === queuedBytes) return;
      change(entry, { path: isSamePath(entry.quality.path, path) ? entry.quality.path : path, queuedBytes });
    },
    forget(peerId) {
      if (entries.delete(peerId)) isStale = true;
    },
    history: (peerId) => entries.get(peerId)?.history ?? NO_HISTORY,
    snapshot() {
      if (!isStale) return view;
      isStale = false;
      view = Object.create(null);
      for (const [peerId, { quality }] of entries) view[peerId] = quality;
      return view;
    },
  };
}

function continued(history: readonly RoundTrip[], last: RoundTrip): readonly RoundTrip[] {
  const kept = history.filter(({ timeMs }) => timeMs > last.timeMs - ROUND_TRIP_HISTORY_MS);
  return [...kept.slice(1 - MAX_HISTORY), last];
}

function summarise(roundTripsMs: readonly number[]): Partial<LinkQuality> {
  const sorted = [...roundTripsMs].sort((a, b) => a - b);
  let differences = 0;
  for (let i = 1; i < roundTripsMs.length; i++) {
    differences += Math.abs((roundTripsMs[i] as number) - (roundTripsMs[i - 1] as number));
  }
  return {
    roundTripP50Ms: percentile(sorted, 0.5),
    roundTripP95Ms: percentile(sorted, 0.95),
    jitterMs: roundTripsMs.length < 2 ? undefined : differences / (roundTripsMs.length - 1),
  };
}

/** Nearest-rank percentile of sorted numbers; `undefined` of none. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function isSamePath(a: LinkPath | undefined, b: LinkPath | undefined): boolean {
  return a?.local === b?.local && a?.remote === b?.remote && a?.protocol === b?.protocol;
}
