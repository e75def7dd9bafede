import { memoryNetwork, type TransportHarness, transportContract } from "peerswarm/testing";
import { describe, expect, it } from "vitest";

const DEADLINE_MS = 60_000;
const STEP_MS = 100;

function memoryHarness() {
  // Slow enough that lanes fill up and a flood takes time.
  const network = memoryNetwork({ latencyMs: 5, jitterMs: 3, bytesPerSecond: 8 * 1024 * 1024 });
  const harness: TransportHarness = {
    tab: () => network.host(),
    async until(predicate, what) {
      const endMs = network.clock.now() + DEADLINE_MS;
      for (;;) {
        await network.advance(0);
        if (predicate()) return;
        if (network.clock.now() >= endMs) throw new Error(`Not within ${DEADLINE_MS / 1000} s: ${what}.`);
        await network.advance(STEP_MS);
      }
    },
  };
  return { network, harness };
}

describe("the simulated network keeps the transport's contract", () => {
  for (const { name, run } of transportContract) {
    it(name, async () => {
      const { network, harness } = memoryHarness();
      await run(harness);
      await network.settle();
      expect(network).toMatchObject({ linkCount: 0, pendingTimers: 0 });
      expect(network.server.rooms()).toEqual([]);
    });
  }
});
