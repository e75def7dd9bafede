import fc from "fast-check";
import type { EventQuery, RecentEvent, Swarm } from "peerswarm";
import { DROPS_KEPT, MESSAGES_KEPT } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { createStatsBook } from "../../../src/core/stats/statsBook.js";
import { gather, idOf, tabs } from "./support.js";

const lane = fc.constantFrom("control" as const, "bulk" as const, "datagram" as const);
const type = fc.constantFrom("chat", "swarm/ping", "__proto__", "(other)");
const peerId = fc.constantFrom("a", "b", "constructor");
const reason = fc.constantFrom("muted", "gap:bulk", "__proto__");
const timeMs = fc.nat(50);
// Mostly not, so that queries find something.
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const message = fc.record({
  direction: fc.constantFrom("sent" as const, "received" as const),
  type,
  lane,
  peerId,
  bytes: fc.nat(99),
  timeMs,
});
const drop = fc.record({
  direction: fc.constant("dropped" as const),
  type: maybe(type),
  lane: maybe(lane),
  peerId: maybe(peerId),
  bytes: maybe(fc.nat(99)),
  reason,
  timeMs,
});
const query: fc.Arbitrary<EventQuery> = fc.record({
  direction: maybe(fc.constantFrom("sent" as const, "received" as const, "dropped" as const)),
  // Types from the 257th on are another test's.
  type: maybe(type.filter((each) => each !== "(other)")),
  lane: maybe(lane),
  peerId: maybe(peerId),
  reason: maybe(reason),
  sinceMs: maybe(timeMs),
});

// Many more than are kept of either kind, out of a few that are repeated.
const history = fc
  .tuple(fc.array(fc.oneof(message, drop), { minLength: 1, maxLength: 60 }), fc.constantFrom(1, 3, 120))
  .chain(([events, times]) =>
    fc
      .array(fc.oneof(message, drop), { maxLength: 30 })
      .map((last) => [...Array.from({ length: times }, () => events).flat(), ...last]),
  );

/** What a list that keeps everything says. */
function naively(all: readonly RecentEvent[], { sinceMs, ...wanted }: EventQuery): readonly RecentEvent[] {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return all
    .filter((event) => given.every(([name, value]) => event[name as keyof RecentEvent] === value))
    .filter((event) => sinceMs === undefined || event.timeMs >= sinceMs)
    .toReversed();
}

function isKept(all: readonly RecentEvent[]): (event: RecentEvent) => boolean {
  const messages = all.filter(({ direction }) => direction !== "dropped").slice(-MESSAGES_KEPT);
  const drops = all.filter(({ direction }) => direction === "dropped").slice(-DROPS_KEPT);
  const kept = new Set([...messages, ...drops]);
  return (event) => kept.has(event);
}

describe("recent events", () => {
  it("are what a list that keeps everything would give, as far as they are kept, and never claimed to be more", () => {
    fc.assert(
      fc.property(history, fc.array(query, { minLength: 1, maxLength: 12 }), (happened, queries) => {
        let now = 0;
        const book = createStatsBook(() => now);
        const all = happened.map((event, index): RecentEvent => {
          now = event.timeMs;
          if (event.direction === "dropped") {
            book.countDropped(event.reason, event.peerId, event);
            return { id: index + 1, ...event };
          }
          book.countMessage(event.direction, event);
          return { id: index + 1, reason: undefined, ...event };
        });
        const kept = isKept(all);
        for (const each of queries) {
          const { events, counted, isComplete } = book.events(each);
          const wanted = naively(all, each);
          expect(events).toEqual(wanted.filter(kept));
          if (counted !== undefined) expect(counted).toBe(wanted.length);
          if (isComplete) expect(events).toHaveLength(wanted.length);
        }
        // A whole list says so.
        if (all.length <= DROPS_KEPT) expect(book.events({}).isComplete).toBe(true);
        expect(book.activity()).toEqual(all.filter(({ direction }) => direction !== "dropped").slice(-50));
      }),
      { numRuns: 150 },
    );
  });

  it("know the number of what they no longer keep, for every counter that a snapshot has", () => {
    const book = createStatsBook(() => 5);
    for (let count = 0; count < MESSAGES_KEPT + 7; count++) {
      book.countMessage("sent", { peerId: "a", lane: "bulk", type: "chat", bytes: 1 });
      book.countDropped("muted", "a");
    }
    const sent = { direction: "sent" } as const;
    for (const each of [{}, { type: "chat" }, { lane: "bulk" }, { peerId: "a" }] as const) {
      const { events, counted, isComplete } = book.events({ ...sent, ...each });
      expect([events.length, counted, isComplete]).toEqual([MESSAGES_KEPT, MESSAGES_KEPT + 7, false]);
    }
    for (const each of [{ direction: "dropped" }, { reason: "muted" }] as const) {
      const { events, counted } = book.events(each);
      expect([events.length, counted]).toEqual([DROPS_KEPT, MESSAGES_KEPT + 7]);
    }
    expect(book.events({}).counted).toBe(2 * (MESSAGES_KEPT + 7));
    // No counter goes by type and lane at once.
    expect(book.events({ ...sent, type: "chat", lane: "bulk" }).counted).toBeUndefined();
    expect(book.events({ ...sent, sinceMs: 5 }).isComplete).toBe(false);
    expect(book.events({ ...sent, sinceMs: 6 })).toEqual({
      events: [],
      counted: undefined,
      isComplete: true,
    });
  });

  it("of drops are whole however many messages were lost", () => {
    const book = createStatsBook(() => 5);
    book.countDropped("muted", "a");
    for (let count = 0; count <= MESSAGES_KEPT; count++)
      book.countMessage("sent", { peerId: "a", lane: "bulk", type: "chat", bytes: 1 });
    expect(book.events({ reason: "muted", peerId: "a" })).toMatchObject({
      counted: undefined,
      isComplete: true,
    });
    expect(book.events({ peerId: "a" }).isComplete).toBe(false);
  });

  it("are found under the name under which they are counted", () => {
    const book = createStatsBook(() => 0);
    for (let number = 0; number < 300; number++)
      book.countMessage("received", { peerId: "a", lane: "bulk", type: `type-${number}`, bytes: 1 });
    const { events, counted, isComplete } = book.events({ direction: "received", type: "(other)" });
    expect([events.length, counted, isComplete]).toEqual([44, 44, true]);
    expect(events[0]?.type).toBe("type-299");
  });

  it("can be those of a snapshot, whatever came after it", () => {
    const book = createStatsBook(() => 0);
    const say = (): void => book.countMessage("sent", { peerId: "a", lane: "bulk", type: "chat", bytes: 1 });
    say();
    const then = book.snapshot();
    say();
    expect(book.events({ type: "chat" }, then).events.map(({ id }) => id)).toEqual([1]);
    expect(book.events({ direction: "sent" }, then).counted).toBe(1);
  });

  it("tell of a swarm's own messages and of what it dropped: from whom, of which type, how big and why", async () => {
    const network = memoryNetwork();
    const [ada, bob] = tabs(network, 2).swarms as [Swarm, Swarm];
    await gather(network, [ada, bob]);
    ada.on("chat", () => undefined);
    bob.broadcast("chat", "hello");
    bob.broadcast("nobody-listens", "hello", { lane: "bulk" });
    await network.settle();
    const [heard] = ada.recentEvents({ type: "chat" }).events;
    expect(heard).toMatchObject({ direction: "received", lane: "control", peerId: idOf(bob) });
    expect(heard?.bytes).toBe(ada.getStats().byType.chat?.bytesReceived);
    const { events, counted, isComplete } = ada.recentEvents({ reason: "unknown-type" });
    expect(events).toMatchObject([
      { direction: "dropped", type: "nobody-listens", lane: "bulk", peerId: idOf(bob) },
    ]);
    expect(events[0]?.bytes).toBeGreaterThan(0);
    expect([counted, isComplete]).toEqual([1, true]);
    const { stats } = ada.store.getSnapshot();
    expect(ada.recentEvents({}, stats).events.every(({ id }) => id <= stats.newestEventId)).toBe(true);
  });
});
