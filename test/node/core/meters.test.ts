import fc from "fast-check";
import { manualClock } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import {
  BANDWIDTH_WINDOW_MS,
  createBandwidthMeter,
  KILOBYTE,
  SERIES_LENGTH,
} from "../../../src/core/stats/bandwidth.js";
import { createPeerRates } from "../../../src/core/stats/peerRates.js";
import { tokenBucket } from "../../../src/core/wire/tokenBucket.js";

const BUCKET_MS = 250;

describe("the token bucket", () => {
  const move = fc.record({ waitMs: fc.nat(3000), units: fc.integer({ min: 1, max: 150 }) });

  it("lets through at its rate and one full bucket at once, larger things on credit, and says how long to wait", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(move), (perSecond, moves) => {
        const clock = manualClock(0);
        const bucket = tokenBucket(clock, perSecond);
        let tokens = perSecond;
        let given = 0;
        let largest = 0;
        for (const { waitMs, units } of moves) {
          clock.turnTo(clock.now() + waitMs);
          tokens = Math.min(perSecond, tokens + (waitMs * perSecond) / 1000);
          const bucketWaitMs = bucket.waitMs();
          if (tokens >= 1 + 1e-6) expect(bucketWaitMs).toBe(0);
          if (tokens < 1 - 1e-6) {
            expect(bucketWaitMs).toBeGreaterThan(0);
            const missingMs = ((1 - tokens) * 1000) / perSecond;
            expect(Math.abs(bucketWaitMs - missingMs)).toBeLessThanOrEqual(1.001);
            clock.turnTo(clock.now() + bucketWaitMs);
            // A wait is a whole millisecond: of one a second, what comes in its last part has no place any more.
            tokens = Math.min(perSecond, tokens + (bucketWaitMs * perSecond) / 1000);
            // Rounding can leave a hair's breadth to wait for.
            expect(bucket.waitMs()).toBeLessThanOrEqual(1);
          }
          bucket.spend(units);
          tokens -= units;
          given += units;
          largest = Math.max(largest, units);
        }
        expect(given).toBeLessThanOrEqual(perSecond * (1 + clock.now() / 1000) + largest + 1e-6);
      }),
    );
  });
});

describe("the bandwidth meter", () => {
  const event = fc.record({
    waitMs: fc.oneof(fc.nat(400), fc.nat(5000), fc.constantFrom(3999, 4000, 11_000, 400_000, 1_000_000)),
    bytes: fc.nat(100_000),
    direction: fc.constantFrom("sent" as const, "received" as const),
  });
  type Event = { timeMs: number; bytes: number; direction: "sent" | "received" };

  const sum = (events: Event[], direction: Event["direction"], fromMs: number, endMs: number): number =>
    events
      .filter((each) => each.direction === direction && each.timeMs >= fromMs && each.timeMs < endMs)
      .reduce((total, { bytes }) => total + bytes, 0);

  it("agrees with a model that keeps every event", () => {
    const startMs = 1_000_000_125;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (moves) => {
        const meter = createBandwidthMeter(startMs);
        const events: Event[] = [];
        const absent = new Set<number>();
        let nowMs = startMs;
        for (const { waitMs, bytes, direction } of moves) {
          const wentAt = Math.floor(nowMs / 1000);
          nowMs += waitMs;
          // Nobody counted for so long: the seconds between are not known to have been silent.
          if (waitMs >= 4000)
            for (let second = wentAt + 1; second < Math.floor(nowMs / 1000); second++) absent.add(second);
          meter.record(direction, bytes, nowMs);
          events.push({ timeMs: nowMs, bytes, direction });
          const { up, down, total, series, endMs } = meter.snapshot(nowMs);
          // The window moves in steps of a quarter of a second.
          const windowEndMs = (Math.floor(nowMs / BUCKET_MS) + 1) * BUCKET_MS;
          const windowMs = Math.min(BANDWIDTH_WINDOW_MS, Math.max(1000, nowMs - startMs));
          const rate = (which: Event["direction"]): number =>
            sum(events, which, windowEndMs - BANDWIDTH_WINDOW_MS, windowEndMs) / KILOBYTE / (windowMs / 1000);
          expect(up).toBeCloseTo(rate("sent"), 6);
          expect(down).toBeCloseTo(rate("received"), 6);
          expect(total).toBeCloseTo(up + down, 6);
          const wholeSeconds = Math.floor(nowMs / 1000);
          const first = Math.max(Math.floor(startMs / 1000), wholeSeconds - SERIES_LENGTH);
          const known = Array.from({ length: wholeSeconds - first }, (_, index) => first + index).filter(
            (second) => !absent.has(second),
          );
          expect(series.map(({ timeMs }) => timeMs / 1000)).toEqual(known);
          expect(endMs).toBe(wholeSeconds > Math.floor(startMs / 1000) ? wholeSeconds * 1000 : 0);
          series.forEach((point) => {
            const second = [point.timeMs, point.timeMs + 1000] as const;
            expect(point.up).toBeCloseTo(sum(events, "sent", ...second) / KILOBYTE, 6);
            expect(point.down).toBeCloseTo(sum(events, "received", ...second) / KILOBYTE, 6);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("falls to zero when nothing moves any more, and its series stays the same object within a second", () => {
    const meter = createBandwidthMeter(0);
    meter.record("sent", 10 * KILOBYTE, 100);
    expect(meter.snapshot(500).up).toBe(10);
    for (let nowMs = 1000; nowMs < 5000; nowMs += 1000) meter.snapshot(nowMs);
    expect(meter.snapshot(5000).up).toBe(2);
    const before = meter.snapshot(5000).series;
    expect(meter.snapshot(6000).series.slice(0, 5)).toEqual(before);
    expect(meter.snapshot(6000).series[0]).toBe(before[0]);
    const later = meter.snapshot(20_000);
    expect(later).toMatchObject({ up: 0, down: 0, total: 0 });
    expect(meter.snapshot(20_900).series).toBe(later.series);
    expect(meter.snapshot(21_000).series).not.toBe(later.series);
  });

  it("knows nothing of the time in which nobody counted", () => {
    const meter = createBandwidthMeter(0);
    for (let nowMs = 0; nowMs <= 3000; nowMs += 250) meter.snapshot(nowMs);
    const awake = meter.snapshot(63_000);
    expect(awake.series.map(({ timeMs }) => timeMs)).toEqual([0, 1000, 2000, 3000]);
    expect(awake.endMs).toBe(63_000);
    expect(meter.snapshot(64_500).series.map(({ timeMs }) => timeMs)).toEqual([0, 1000, 2000, 3000, 63_000]);
    // A hidden tab that is late by a second is there.
    expect(meter.snapshot(67_500).series).toHaveLength(8);
    expect(meter.snapshot(10_000_000).series).toEqual([]);
  });
});

describe("rates by peer", () => {
  const peer = fc.constantFrom("a", "b", "c");
  const move = fc.record({
    peer,
    waitMs: fc.oneof(fc.nat(400), fc.nat(5000), fc.constantFrom(9000, 10_000, 60_000)),
    bytes: fc.nat(100_000),
    direction: fc.constantFrom("sent" as const, "received" as const),
  });

  it("agree with a model that keeps every event", () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 40 }), (moves) => {
        const rates = createPeerRates();
        const events: (Omit<(typeof moves)[number], "waitMs"> & { timeMs: number })[] = [];
        let nowMs = 1_000_000_125;
        for (const { waitMs, ...event } of moves) {
          nowMs += waitMs;
          rates.record(event.direction, event.peer, event.bytes, nowMs);
          events.push({ ...event, timeMs: nowMs });
          const view = rates.snapshot(nowMs);
          expect(new Set(Object.keys(view))).toEqual(new Set(events.map((each) => each.peer)));
          for (const [peerId, { up, down, total }] of Object.entries(view)) {
            const own = events.filter((each) => each.peer === peerId);
            const endMs = Math.floor(nowMs / 1000) * 1000;
            const fromMs = Math.max(own[0]?.timeMs ?? 0, endMs - 10_000);
            const rate = (direction: "sent" | "received"): number =>
              own
                .filter(
                  (each) => each.direction === direction && each.timeMs >= fromMs && each.timeMs < endMs,
                )
                .reduce((sum, { bytes }) => sum + bytes, 0) /
              KILOBYTE /
              (Math.max(1000, endMs - fromMs) / 1000);
            expect(up).toBeCloseTo(rate("sent"), 6);
            expect(down).toBeCloseTo(rate("received"), 6);
            expect(total).toBeCloseTo(up + down, 6);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("forget who went", () => {
    const rates = createPeerRates();
    rates.record("sent", "a", 1, 0);
    rates.forget("a");
    expect(Object.keys(rates.snapshot(0))).toEqual([]);
  });
});
