import type { Swarm } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { gather, hear, idOf, leaveNothing, payloads, tabs } from "./support.js";

const NARROW = { latencyMs: 5, bytesPerSecond: 100_000 };

async function couple(options: Parameters<typeof memoryNetwork>[0] = {}) {
  const network = memoryNetwork(options);
  const { swarms } = tabs(network, 2);
  await gather(network, swarms);
  const [ada, bob] = swarms as [Swarm, Swarm];
  return { network, swarms, ada, bob, heard: hear(bob), bobId: idOf(bob) };
}

/** What became of a promise so far. */
function watch(promise: Promise<unknown>): { outcome: unknown } {
  const watched: { outcome: unknown } = { outcome: "pending" };
  promise.then(
    () => {
      watched.outcome = "resolved";
    },
    (error: { code?: string }) => {
      watched.outcome = error.code;
    },
  );
  return watched;
}

// Of other bytes each time, so that frames cannot be packed.
const text = (): Uint8Array => crypto.getRandomValues(new Uint8Array(10_000));

describe("drained()", () => {
  it("resolves once no more waits than was asked for, on the lane that was asked for", async () => {
    const { network, swarms, ada, bobId, heard } = await couple(NARROW);
    for (let number = 0; number < 50; number++) ada.send(bobId, "chat", text(), { lane: "bulk" });
    expect(ada.queuedBytes(bobId, "bulk")).toBeGreaterThan(500_000);
    expect(ada.queuedBytes(bobId, "control")).toBe(0);
    const half = watch(ada.drained(bobId, { lane: "bulk", belowBytes: 250_000 }));
    const all = watch(ada.drained(bobId, { lane: "bulk" }));
    const other = watch(ada.drained(bobId));
    await network.advance(1000);
    expect([half.outcome, all.outcome, other.outcome]).toEqual(["pending", "pending", "resolved"]);
    await network.advance(2000);
    expect([half.outcome, all.outcome]).toEqual(["resolved", "pending"]);
    await network.settle();
    expect(all.outcome).toBe("resolved");
    expect(heard).toHaveLength(50);
    await leaveNothing(network, swarms);
  });

  it("lets a sender that waits for it send without end and without a full queue", async () => {
    const { network, swarms, ada, bob, bobId, heard } = await couple({
      latencyMs: 5,
      bytesPerSecond: 2_000_000,
    });
    let most = 0;
    const sending = (async () => {
      for (let number = 0; number < 2000; number++) {
        ada.send(bobId, "chat", { number, text: text() });
        most = Math.max(most, ada.queuedBytes(bobId));
        if (ada.queuedBytes(bobId) > 500_000) await ada.drained(bobId, { belowBytes: 100_000 });
      }
    })();
    // Timers of its own keep it going: a stuck sender would end in the deadline of the test.
    for (let turn = 0; turn < 30 && heard.length < 2000; turn++) await network.advance(1000);
    await sending;
    await network.settle();
    expect(payloads(heard).map((payload) => (payload as { number: number }).number)).toEqual(
      Array.from({ length: 2000 }, (_, number) => number),
    );
    expect(most).toBeLessThan(600_000);
    expect(bob.getStats().dropped).toEqual({});
    await leaveNothing(network, swarms);
  });

  it("says with a code why it did not come to it", async () => {
    const { network, swarms, ada, bob, bobId } = await couple(NARROW);
    const fill = (): void => {
      for (let number = 0; number < 40; number++) ada.send(bobId, "chat", text());
    };
    fill();
    const late = watch(ada.drained(bobId, { timeoutMs: 1000 }));
    await network.advance(1500);
    expect(late.outcome).toBe("drain-timeout");
    const controller = new AbortController();
    const aborted = watch(ada.drained(bobId, { signal: controller.signal }));
    controller.abort();
    await network.advance(1);
    expect(aborted.outcome).toBe("aborted");
    await expect(ada.drained(bobId, { belowBytes: -1 })).rejects.toMatchObject({ code: "invalid-option" });
    await expect(ada.drained(bobId, { lane: "fast" as never })).rejects.toMatchObject({
      code: "invalid-option",
    });
    await expect(ada.drained("nobody")).rejects.toMatchObject({ code: "link-closed" });
    fill();
    const cut = watch(ada.drained(bobId));
    const left = bob.leave();
    await network.advance(2000);
    await left;
    expect(cut.outcome).toBe("link-closed");
    expect(ada.queuedBytes(bobId)).toBe(0);
    await leaveNothing(network, swarms);
  });
});

describe("a receiver that is asleep", () => {
  it("holds no more than its window; the sender keeps the rest, bounded, and all of it comes on waking", async () => {
    const network = memoryNetwork({ latencyMs: 1 });
    const { hosts, swarms } = tabs(network, 2);
    await gather(network, swarms);
    const [ada, bob] = swarms as [Swarm, Swarm];
    const heard = hear(bob);
    hosts[1]?.sleep();
    let sent = 0;
    let refusal: unknown;
    while (refusal === undefined && sent < 5000) {
      try {
        ada.send(idOf(bob), "chat", { number: sent, text: text() });
        sent++;
        if (sent % 50 === 0) await network.advance(1);
      } catch (error) {
        refusal = error;
      }
    }
    expect(refusal).toMatchObject({ code: "queue-full" });
    expect(ada.queuedBytes(idOf(bob))).toBeLessThanOrEqual(9 * 1024 * 1024);
    hosts[1]?.wake();
    await network.settle();
    expect(heard).toHaveLength(sent);
    expect(bob.getStats().dropped).toEqual({});
    await leaveNothing(network, swarms);
  });
});
