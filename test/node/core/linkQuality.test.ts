import fc from "fast-check";
import { meshHealth } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { countAttempt, NO_ATTEMPTS } from "../../../src/core/stats/attemptCounts.js";
import { createQualityBook, percentile, ROUND_TRIP_SAMPLES } from "../../../src/core/stats/linkQuality.js";
import { gather, idOf, leaveNothing, tabs } from "./support.js";

const roundTripMs = fc.double({ min: 0, max: 10_000, noNaN: true });

describe("the quality book", () => {
  it("summarises the last 64 round trips as a model that keeps them all", () => {
    fc.assert(
      fc.property(fc.array(roundTripMs, { minLength: 1, maxLength: 200 }), (samples) => {
        const book = createQualityBook(() => 0);
        for (const sample of samples) book.roundTrip("a", sample);
        const kept = samples.slice(-ROUND_TRIP_SAMPLES);
        const sorted = [...kept].sort((a, b) => a - b);
        const atMost = (limit: number) => kept.filter((sample) => sample <= limit).length / kept.length;
        const { roundTripMs, roundTripP50Ms = -1, roundTripP95Ms = -1, jitterMs } = book.snapshot().a ?? {};
        expect(roundTripMs).toBe(samples.at(-1));
        expect(atMost(roundTripP50Ms)).toBeGreaterThanOrEqual(0.5);
        expect(atMost(roundTripP95Ms)).toBeGreaterThanOrEqual(0.95);
        // The least sample of which that is true.
        expect(roundTripP50Ms).toBe(sorted.find((sample) => atMost(sample) >= 0.5));
        expect(roundTripP95Ms).toBe(sorted.find((sample) => atMost(sample) >= 0.95));
        const steps = kept.slice(1).map((sample, index) => Math.abs(sample - (kept[index] ?? 0)));
        if (steps.length === 0) expect(jitterMs).toBeUndefined();
        else expect(jitterMs).toBeCloseTo(steps.reduce((sum, step) => sum + step, 0) / steps.length, 6);
      }),
    );
  });

  it("keeps the entries of peers that were not measured, and forgets those that went", () => {
    const book = createQualityBook(() => 0);
    book.roundTrip("a", 1);
    book.roundTrip("b", 2);
    const before = book.snapshot();
    expect(book.snapshot()).toBe(before);
    book.link("b", { path: { local: "host", remote: "relay", protocol: "udp" }, queuedBytes: 7 });
    const after = book.snapshot();
    expect(after.a).toBe(before.a);
    expect(after.b).toMatchObject({ roundTripMs: 2, path: { remote: "relay" }, queuedBytes: 7 });
    book.forget("a");
    expect(Object.keys(book.snapshot())).toEqual(["b"]);
  });

  it("keeps five minutes of round trips, at most 160, as the same array until another is measured", () => {
    const gapMs = fc.oneof(fc.nat(5000), fc.nat(200_000));
    fc.assert(
      fc.property(fc.array(fc.tuple(gapMs, roundTripMs), { minLength: 1, maxLength: 400 }), (samples) => {
        let nowMs = 1_000_000;
        const book = createQualityBook(() => nowMs);
        const all = samples.map(([waitMs, sample]) => {
          nowMs += waitMs;
          book.roundTrip("a", sample);
          return { timeMs: nowMs, roundTripMs: sample };
        });
        const expected = all.filter(({ timeMs }) => timeMs > nowMs - 300_000).slice(-160);
        expect(book.history("a")).toEqual(expected);
        expect(book.history("a")).toBe(book.history("a"));
      }),
    );
  });

  it("keeps the last 160 of those that come faster", () => {
    let nowMs = 0;
    const book = createQualityBook(() => nowMs);
    for (; nowMs < 200_000; nowMs += 1000) book.roundTrip("a", nowMs);
    expect(book.history("a").map(({ timeMs }) => timeMs / 1000)).toEqual(
      Array.from({ length: 160 }, (_, index) => 40 + index),
    );
  });

  it("keeps none of a peer that went", () => {
    const book = createQualityBook(() => 0);
    book.roundTrip("a", 1);
    book.forget("a");
    expect(book.history("a")).toEqual([]);
  });

  it("has no percentile of nothing", () => {
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

describe("attempts", () => {
  it("are counted by outcome, and their rate is that of the successes", () => {
    const outcome = fc.oneof(
      fc.record({ attempt: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ failure: fc.constantFrom("dial-timeout" as const, "handshake-failed" as const) }),
    );
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1 }), (outcomes) => {
        const counts = outcomes.reduce(countAttempt, NO_ATTEMPTS);
        const failures = outcomes.filter((one) => "failure" in one);
        expect(counts.failed).toBe(failures.length);
        expect(counts.succeeded).toBe(outcomes.length - failures.length);
        expect(counts.succeededAtOnce).toBe(
          outcomes.filter((one) => "attempt" in one && one.attempt === 1).length,
        );
        expect(counts.successRate).toBeCloseTo(1 - failures.length / outcomes.length);
        const byCode = Object.values(counts.failures).reduce((sum, count) => sum + (count ?? 0), 0);
        expect(byCode).toBe(failures.length);
      }),
    );
  });
});

describe("a swarm", () => {
  it("measures its links, and tells how whole the mesh is", async () => {
    const network = memoryNetwork({ latencyMs: 25 });
    const { hosts, swarms } = tabs(network, 3);
    await gather(network, swarms);
    await network.advance(5000);
    const [ada, bob, cyd] = swarms as [(typeof swarms)[0], (typeof swarms)[0], (typeof swarms)[0]];
    const shown = () => ada.store.getSnapshot();
    expect(shown().quality[idOf(bob)]).toMatchObject({
      roundTripP50Ms: 50,
      path: { local: "memory", remote: "memory" },
      queuedBytes: 0,
    });
    expect(meshHealth(shown())).toMatchObject({ expectedLinks: 2, openLinks: 2, missing: [] });
    const roundTrips = ada.getRoundTrips(idOf(bob));
    expect(roundTrips.length).toBeGreaterThan(1);
    expect(new Set(roundTrips.map((one) => one.roundTripMs))).toEqual(new Set([50]));
    expect(ada.getRoundTrips("nobody")).toEqual([]);
    expect(shown().attempts).toMatchObject({ succeeded: 2, failed: 0, successRate: 1 });

    const lost = idOf(cyd);
    network.partition(hosts.slice(0, 2), hosts.slice(2));
    await network.advance(7000);
    expect(meshHealth(shown())).toMatchObject({ expectedLinks: 2, openLinks: 1, missing: [lost] });
    network.heal();
    await network.advance(2000);
    expect(meshHealth(shown())).toMatchObject({ openLinks: 2, missing: [] });
    await leaveNothing(network, swarms);
    expect(ada.store.getSnapshot().quality).toEqual({});
  });
});
