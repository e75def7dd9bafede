import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import {
  connectedPeers,
  dropped,
  gather,
  idOf,
  inTime,
  leaveNothing,
  peersOf,
  tabs,
  until,
  view,
} from "./support.js";

/** Both ends name the same link, and there is no other. */
function expectOneLinkPerPair(swarms: Parameters<typeof gather>[1], linkCount: number): void {
  for (const swarm of swarms) {
    for (const other of swarms) {
      if (other === swarm) continue;
      expect(view(swarm, other)?.linkId).toBe(view(other, swarm)?.linkId);
    }
  }
  expect(linkCount).toBe((swarms.length * (swarms.length - 1)) / 2);
}

describe("both sides dial at once", () => {
  it("and end in exactly one link, whatever the delays", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      // Signalling slower than the 3 s that the higher id waits before it dials too.
      const network = memoryNetwork({ seed, latencyMs: 200 * (seed % 10), jitterMs: 4000 });
      const { swarms } = tabs(network, 2);
      await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
      await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 1), 180_000);
      await network.advance(60_000);
      expectOneLinkPerPair(swarms, network.linkCount);
      network.behaviour.jitterMs = 0;
      await leaveNothing(network, swarms);
    }
  });

  it("and the lower id's dial wins at the first try, however exactly they cross", async () => {
    for (const latencyMs of [3100, 3500, 4000, 4500]) {
      const network = memoryNetwork({ latencyMs });
      const { swarms } = tabs(network, 2);
      await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
      // The offer and the answer, then the hellos and the welcomes.
      const tookMs = await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 1));
      expect(tookMs).toBeLessThan(6 * latencyMs);
      expect(swarms.map(dropped)).toEqual([{}, {}]);
      expectOneLinkPerPair(swarms, network.linkCount);
      network.behaviour.latencyMs = 1;
      await network.advance(10_000);
      await leaveNothing(network, swarms);
    }
  });

  it("in a room of eight, too", async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const network = memoryNetwork({ seed, latencyMs: 500, jitterMs: 3000 });
      const { swarms } = tabs(network, 8);
      await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
      await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 7), 300_000, 500);
      await network.advance(60_000);
      expectOneLinkPerPair(swarms, network.linkCount);
      network.behaviour.jitterMs = 0;
      await leaveNothing(network, swarms);
    }
  });
});

describe("a room with coming and going", () => {
  it("is a full mesh whenever it comes to rest", async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const network = memoryNetwork({ seed, latencyMs: 10, jitterMs: 40 });
      const { swarms } = tabs(network, 6);
      await gather(network, swarms);
      for (let round = 0; round < 4; round++) {
        const [first, second] = [swarms[round % 6], swarms[(round + 2) % 6]];
        const left = [first?.leave(), second?.leave()];
        await network.advance(seed * 7 * round);
        await inTime(network, Promise.all([first?.join(), second?.join(), ...left]));
        await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 5));
        await network.advance(5000);
        expectOneLinkPerPair(swarms, network.linkCount);
        const present = swarms.map(idOf).sort();
        for (const swarm of swarms) {
          expect([...peersOf(swarm).map((peer) => peer.peerId), idOf(swarm)].sort()).toEqual(present);
          expect(swarm.store.getSnapshot().connecting).toEqual([]);
        }
      }
      await leaveNothing(network, swarms);
    }
  });
});
