import type { Cancel, Clock } from "../clock.js";
import { STATS_TICK_MS } from "../stats/statsTicker.js";
import { ENDED_STATES, type TransferId, type TransferSnapshot } from "./transfer.js";

/** Transfers that have ended and are still shown. */
export const MAX_ENDED_SHOWN = 50;
// The rate follows a change within about so long.
const RATE_WINDOW_MS = 1500;

export interface TransferListOptions {
  readonly clock: Clock;
  readonly publish: (transfers: readonly TransferSnapshot[]) => void;
}

/** All transfers as they are shown: newest last, published at most every 250 ms. */
export interface TransferList {
  add(transfer: Omit<TransferSnapshot, "bytesPerSecond" | "startedAtMs" | "endedAtMs" | "error">): void;
  change(id: TransferId, change: Partial<TransferSnapshot>): void;
  get(id: TransferId): TransferSnapshot | undefined;
  /** Publishes what has changed now, as the last thing for a while. */
  flush(): void;
  /** Calls `listener` with each published state of the transfer, and with its last one. */
  watch(id: TransferId, listener: (transfer: TransferSnapshot) => void): void;
}

interface Entry {
  shown: TransferSnapshot;
  /** What `bytesPerSecond` was last reckoned from. */
  measuredAtMs: number;
  measuredBytes: number;
  listener: ((transfer: TransferSnapshot) => void) | undefined;
  isChanged: boolean;
}

export function createTransferList({ clock, publish }: TransferListOptions): TransferList {
  const entries = new Map<TransferId, Entry>();
  let cancelTick: Cancel | undefined;
  let publishedAtMs = -Infinity;

  const forgetOld = (): void => {
    const ended = [...entries.values()].filter(({ shown }) => ENDED_STATES.has(shown.state));
    for (const { shown } of ended.slice(0, Math.max(0, ended.length - MAX_ENDED_SHOWN)))
      entries.delete(shown.id);
  };

  const measure = (entry: Entry, nowMs: number): void => {
    const { shown } = entry;
    const passedMs = nowMs - entry.measuredAtMs;
    const isMoving = shown.state === "active" || shown.state === "hashing";
    if (!isMoving || passedMs <= 0) {
      entry.measuredBytes = shown.doneBytes;
      entry.measuredAtMs = nowMs;
      if (!isMoving && shown.bytesPerSecond !== 0) assign(entry, { bytesPerSecond: 0 });
      return;
    }
    const lately = (Math.max(0, shown.doneBytes - entry.measuredBytes) / passedMs) * 1000;
    const weight = 1 - Math.exp(-passedMs / RATE_WINDOW_MS);
    const before = shown.bytesPerSecond;
    const rate = before === 0 ? lately : before + weight * (lately - before);
    entry.measuredBytes = shown.doneBytes;
    entry.measuredAtMs = nowMs;
    // Below a byte a second nothing moves, and the tick can rest.
    assign(entry, { bytesPerSecond: rate < 1 ? 0 : rate });
  };

  const assign = (entry: Entry, change: Partial<TransferSnapshot>): void => {
    const keys = Object.keys(change) as (keyof TransferSnapshot)[];
    if (keys.every((key) => Object.is(entry.shown[key], change[key]))) return;
    entry.shown = { ...entry.shown, ...change };
    entry.isChanged = true;
  };

  const publishNow = (): void => {
    const nowMs = clock.now();
    publishedAtMs = nowMs;
    for (const entry of entries.values()) measure(entry, nowMs);
    forgetOld();
    const changed = [...entries.values()].filter((entry) => entry.isChanged);
    for (const entry of changed) entry.isChanged = false;
    if (changed.length > 0) publish([...entries.values()].map(({ shown }) => shown));
    for (const { listener, shown } of changed) listener?.(shown);
    if ([...entries.values()].some(({ shown }) => shown.bytesPerSecond > 0)) planTick();
  };

  const planTick = (): void => {
    cancelTick ??= clock.setTimer(Math.max(0, publishedAtMs + STATS_TICK_MS - clock.now()), () => {
      cancelTick = undefined;
      publishNow();
    });
  };

  const changed = (): void => {
    if (cancelTick !== undefined) return;
    if (clock.now() - publishedAtMs >= STATS_TICK_MS) publishNow();
    else planTick();
  };

  return {
    add(transfer) {
      const nowMs = clock.now();
      entries.set(transfer.id, {
        shown: { ...transfer, bytesPerSecond: 0, startedAtMs: nowMs, endedAtMs: undefined, error: undefined },
        measuredAtMs: nowMs,
        measuredBytes: transfer.doneBytes,
        listener: undefined,
        isChanged: true,
      });
      changed();
    },
    change(id, change) {
      const entry = entries.get(id);
      if (entry === undefined || ENDED_STATES.has(entry.shown.state)) return;
      const hasEnded = change.state !== undefined && ENDED_STATES.has(change.state);
      // A phase of its own: what was hashed says nothing of how fast it is sent.
      if (change.state !== undefined && change.state !== entry.shown.state) {
        entry.measuredBytes = change.doneBytes ?? entry.shown.doneBytes;
        entry.measuredAtMs = clock.now();
        assign(entry, { bytesPerSecond: 0 });
      }
      assign(entry, hasEnded ? { ...change, endedAtMs: clock.now() } : change);
      if (!entry.isChanged) return;
      changed();
      if (!hasEnded) return;
      entry.listener?.(entry.shown);
      entry.listener = undefined;
    },
    flush() {
      if (cancelTick === undefined) return;
      cancelTick();
      cancelTick = undefined;
      publishNow();
    },
    get: (id) => entries.get(id)?.shown,
    watch(id, listener) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.listener = listener;
    },
  };
}
