import type { EventQuery } from "./recentEvents.js";
import type { StatsSnapshot, Traffic } from "./statsBook.js";

/**
 * How many events the counters know that fit a query, however few of them are kept; `undefined` where no counter
 * answers it. Pure.
 */
export function countedBy(stats: StatsSnapshot, query: EventQuery): number | undefined {
  const { direction, reason, type, lane, peerId, sinceMs } = query;
  if (sinceMs !== undefined) return undefined;
  const given = [reason, type, lane, peerId].filter((each) => each !== undefined).length;
  if (given > 1) return undefined;
  if (reason !== undefined)
    return direction === "sent" || direction === "received" ? 0 : dropped(stats, reason);
  if (direction === "dropped") return given === 0 ? droppedInAll(stats) : undefined;
  if (direction === undefined) return given === 0 ? bothWays(stats.total) + droppedInAll(stats) : undefined;
  const traffic = trafficOf(stats, query);
  return direction === "sent" ? traffic?.messagesSent : traffic?.messagesReceived;
}

function trafficOf(stats: StatsSnapshot, { type, lane, peerId }: EventQuery): Traffic | undefined {
  if (lane !== undefined) return stats.byLane[lane];
  // Without a counter of its own it may be one of those that have left, or one of the other types.
  if (peerId !== undefined) return ownEntry(stats.byPeer, peerId);
  return type === undefined ? stats.total : ownEntry(stats.byType, type);
}

// The counters before the first have a prototype, and what is asked for may be anything.
function ownEntry<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function dropped(stats: StatsSnapshot, reason: string): number {
  return ownEntry(stats.dropped, reason) ?? 0;
}

function droppedInAll(stats: StatsSnapshot): number {
  return Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
}

function bothWays({ messagesSent, messagesReceived }: Traffic): number {
  return messagesSent + messagesReceived;
}
