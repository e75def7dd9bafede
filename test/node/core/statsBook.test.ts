import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIVITY_LENGTH } from "../../../src/core/stats/recentEvents.js";
import { createStatsBook, type Traffic } from "../../../src/core/stats/statsBook.js";

const direction = fc.constantFrom("sent" as const, "received" as const);
const lane = fc.constantFrom("control" as const, "bulk" as const, "datagram" as const);
const peerId = fc.constantFrom("a", "b", "c", "__proto__", "constructor");
const message = fc.record({ peerId, lane, type: fc.constantFrom("x", "y", "toString"), bytes: fc.nat(1000) });
const entry = fc.oneof(
  fc.record({ kind: fc.constant("frame" as const), direction, peerId, lane, bytes: fc.nat(1000) }),
  fc.record({ kind: fc.constant("message" as const), direction, message }),
  fc.record({ kind: fc.constant("dropped" as const), reason: fc.constantFrom("muted", "gap:bulk") }),
  fc.record({ kind: fc.constant("look" as const) }),
);

type Counts = { -readonly [Key in keyof Traffic]: number };
const none = (): Counts => ({ messagesSent: 0, messagesReceived: 0, bytesSent: 0, bytesReceived: 0 });

describe("the stats book", () => {
  it("agrees with a model that counts by hand", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 120 }), (entries) => {
        const book = createStatsBook(() => 7);
        const counts = new Map<string, Counts>();
        const dropped = new Map<string, number>();
        const messages: string[] = [];
        const of = (key: string): Counts => {
          const existing = counts.get(key) ?? none();
          counts.set(key, existing);
          return existing;
        };
        for (const each of entries) {
          if (each.kind === "frame") {
            book.countFrame(each.direction, each.peerId, each.lane, each.bytes);
            const field = each.direction === "sent" ? "bytesSent" : "bytesReceived";
            for (const key of ["total", `lane ${each.lane}`, `peer ${each.peerId}`])
              of(key)[field] += each.bytes;
          } else if (each.kind === "message") {
            book.countMessage(each.direction, each.message);
            const { peerId: peer, lane: on, type, bytes } = each.message;
            const isSent = each.direction === "sent";
            const field = isSent ? "messagesSent" : "messagesReceived";
            for (const key of ["total", `lane ${on}`, `peer ${peer}`, `type ${type}`]) of(key)[field]++;
            of(`type ${type}`)[isSent ? "bytesSent" : "bytesReceived"] += bytes;
            messages.push(`${each.direction} ${type} ${peer} ${bytes}`);
          } else if (each.kind === "dropped") {
            book.countDropped(each.reason);
            dropped.set(each.reason, (dropped.get(each.reason) ?? 0) + 1);
          } else book.snapshot();
        }
        const { total, byPeer, byLane, byType, dropped: reasons } = book.snapshot();
        expect(total).toEqual(of("total"));
        for (const [prefix, table] of [
          ["peer ", byPeer],
          ["type ", byType],
        ] as const) {
          const expected = [...counts].filter(([key]) => key.startsWith(prefix));
          expect(Object.keys(table).sort()).toEqual(expected.map(([key]) => key.slice(5)).sort());
          for (const [key, value] of expected) expect(table[key.slice(5)]).toEqual(value);
        }
        for (const name of ["control", "bulk", "datagram"] as const)
          expect(byLane[name]).toEqual(of(`lane ${name}`));
        expect(new Map(Object.entries(reasons))).toEqual(dropped);
        expect(
          book.activity().map((each) => `${each.direction} ${each.type} ${each.peerId} ${each.bytes}`),
        ).toEqual(messages.slice(-ACTIVITY_LENGTH));
      }),
    );
  });

  it("keeps the objects of what did not change, and never changes one it gave out", () => {
    const book = createStatsBook(() => 0);
    book.countMessage("sent", { peerId: "a", lane: "bulk", type: "x", bytes: 1 });
    book.countMessage("sent", { peerId: "b", lane: "bulk", type: "x", bytes: 1 });
    const before = book.snapshot();
    const copy = structuredClone(before.byPeer);
    expect(book.snapshot().byPeer).toBe(before.byPeer);
    expect(book.snapshot().total).toBe(before.total);
    expect(book.activity()).toBe(book.activity());
    book.countMessage("sent", { peerId: "b", lane: "bulk", type: "x", bytes: 1 });
    const after = book.snapshot();
    expect(after.byPeer.a).toBe(before.byPeer.a);
    expect(after.byPeer.b).not.toBe(before.byPeer.b);
    expect(after.byLane.control).toBe(before.byLane.control);
    expect({ ...before.byPeer }).toEqual({ ...copy });
  });

  it("forgets a peer but keeps what it counted in the total", () => {
    const book = createStatsBook(() => 0);
    book.countFrame("received", "a", "bulk", 10);
    book.forgetPeer("a");
    expect(Object.keys(book.snapshot().byPeer)).toEqual([]);
    expect(book.snapshot().total.bytesReceived).toBe(10);
  });

  it("is not filled up by a peer that invents types", () => {
    const book = createStatsBook(() => 0);
    for (let number = 0; number < 10_000; number++) {
      book.countMessage("received", { peerId: "a", lane: "bulk", type: `type-${number}`, bytes: 1 });
    }
    const { byType } = book.snapshot();
    expect(Object.keys(byType).length).toBeLessThanOrEqual(257);
    expect(Object.values(byType).reduce((sum, { messagesReceived }) => sum + messagesReceived, 0)).toBe(
      10_000,
    );
    expect(book.activity()).toHaveLength(ACTIVITY_LENGTH);
  });
});
